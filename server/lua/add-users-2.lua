-- Adds users to a group: all of them, or none if they do not fit.
-- KEYS  1 group  2 its users, sorted
-- ARGV  1 maximum of users  2, 3, ... users
-- Returns how many it has afterwards, 'full' or 'unknown_group'

if redis.call('EXISTS', KEYS[1]) == 0 then return 'unknown_group' end
local fresh = {}
for i = 2, #ARGV do
  if redis.call('ZADD', KEYS[2], 0, ARGV[i]) == 1 then fresh[#fresh + 1] = ARGV[i] end
end
if redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[1]) then
  for _, user in ipairs(fresh) do redis.call('ZREM', KEYS[2], user) end
  return 'full'
end
return redis.call('ZCARD', KEYS[2])
