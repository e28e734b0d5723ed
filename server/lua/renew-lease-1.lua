-- Keeps a lease for longer.
-- KEYS  1 lease
-- ARGV  1 '<node> <token>'  2 for how many ms
-- Returns 1, or 0 if the lease is another's or nobody's

if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
