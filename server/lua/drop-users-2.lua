-- Takes users out of a group.
-- KEYS  1 group  2 its users, sorted
-- ARGV  1, 2, ... users
-- Returns how many it has afterwards, or 'unknown_group'

if redis.call('EXISTS', KEYS[1]) == 0 then return 'unknown_group' end
for _, user in ipairs(ARGV) do redis.call('ZREM', KEYS[2], user) end
return redis.call('ZCARD', KEYS[2])
