-- Puts a room's name on the list, if there is a place.
-- KEYS  1 all rooms, sorted
-- ARGV  1 room  2 how many there may be (0: not limited)
-- Returns 1 if it is on the list, 0 if the list is full

local most = tonumber(ARGV[2])
if most > 0 and redis.call('ZCARD', KEYS[1]) >= most then
  return redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
end
redis.call('ZADD', KEYS[1], 0, ARGV[1])
return 1
