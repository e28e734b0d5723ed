-- Begins to note what becomes of a push.
-- KEYS  1 the push: hash of numbers by name
-- ARGV  1 for how many ms it is kept  2... names and values
-- Returns 1, or 0 if it was begun before

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
