-- Begins to run a room's call: what is noted of it is the caller's from now on.
-- KEYS  1 notes of the call: hash of texts by name, and the runner's fence under '#'
-- ARGV  1 fence  2 for how many ms they are kept
-- Returns {name, text, ...}, the fence among them

local before = tonumber(redis.call('HGET', KEYS[1], '#') or 0)
if tonumber(ARGV[1]) > before then redis.call('HSET', KEYS[1], '#', ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HGETALL', KEYS[1])
