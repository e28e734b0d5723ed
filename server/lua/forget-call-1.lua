-- Forgets what was noted of a call, unless another has begun to run it.
-- KEYS  1 notes of the call: hash of texts by name, and the runner's fence under '#'
-- ARGV  1 fence
-- Returns 1, or 0 if the fence is an old one

if tonumber(redis.call('HGET', KEYS[1], '#') or 0) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
return 1
