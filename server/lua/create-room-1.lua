-- Creates a room.
-- KEYS  1 room: a hash of title, maxMembers, slowModeMs, createdAt, lastJoinedAt
-- ARGV  1 title  2 maximum of members  3 slow mode in ms
-- Returns its time of creation in ms, or nil if it exists

if redis.call('EXISTS', KEYS[1]) == 1 then return nil end
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
redis.call('HSET', KEYS[1], 'title', ARGV[1], 'maxMembers', ARGV[2], 'slowModeMs', ARGV[3], 'createdAt', now, 'lastJoinedAt', 0)
return now
