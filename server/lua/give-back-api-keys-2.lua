-- Keeps API keys that this store has lost, unless the set has changed since the caller saw that.
-- KEYS  1 hash: id -> key as JSON  2 mark of the set
-- ARGV  1 mark of what the caller saw  2 next mark  3... ids and keys in turns
-- Returns 1, or 0 if it is another set by now

if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('SET', KEYS[2], ARGV[2])
return 1
