-- Counts a room that a user creates, within the hour that began with the first of them.
-- KEYS  1 how many
-- ARGV  1 how many there may be  2 length of the hour in ms
-- Returns 0 if it was counted, else the ms until the hour is over

local count = tonumber(redis.call('GET', KEYS[1]) or 0)
if count >= tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
if count == 0 then redis.call('SET', KEYS[1], 1, 'PX', ARGV[2]) else redis.call('INCR', KEYS[1]) end
return 0
