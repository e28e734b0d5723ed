-- Keeps an API key, unless somebody else has changed it meanwhile.
-- KEYS  1 hash: id -> key as JSON  2 mark of the set, another one after each change
-- ARGV  1 id  2 what the caller knows it as ('' if there is none)  3 what it is from now on  4 most keys  5 next mark
-- Returns 'put', 'changed' or 'full'

local known = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if known ~= ARGV[2] then return 'changed' end
if known == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('SET', KEYS[2], ARGV[5])
return 'put'
