-- Looks whether an event that was once in a room's log is missing, or another one is in its place.
-- KEYS  1 feed  2 log
-- ARGV  1 offset  2 microseconds of the event
-- Returns 1, or 0 if the event is there or was trimmed

local head = redis.call('HGET', KEYS[1], 'head')
if not head or tonumber(head) < tonumber(ARGV[1]) then return 1 end
local entry = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])[1]
return entry and entry[1] ~= ARGV[1] .. '-' .. ARGV[2] and 1 or 0
