-- Puts a group's name on the list of groups, if there is a place.
-- KEYS  1 the names of groups
-- ARGV  1 group  2 maximum of groups
-- Returns 1 if it is on the list, 0 if there is no place

if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
end
return 1
