-- Notes that a user may be a member of a room, if they may be in one more.
-- KEYS  1 rooms that the user may be a member of
-- ARGV  1 room  2 how many there may be (0: not limited)
-- Returns 1 if it is noted, 0 if there are too many

local most = tonumber(ARGV[2])
if most > 0 and redis.call('SCARD', KEYS[1]) >= most then return redis.call('SISMEMBER', KEYS[1], ARGV[1]) end
redis.call('SADD', KEYS[1], ARGV[1])
return 1
