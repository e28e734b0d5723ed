-- Reads a page of a room's members.
-- KEYS  1 the room's members  2 the same users, sorted
-- ARGV  1 the user after whom the page begins, as a bound of ZRANGEBYLEX  2 how many at most
-- Returns {user, the member's value, ...}

local found = {}
for _, user in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  found[#found + 1] = user
  found[#found + 1] = redis.call('HGET', KEYS[1], user)
end
return found
