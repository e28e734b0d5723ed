-- Gives a lease to another node, which takes it over like one of its own that it does not know (acquire-lease).
-- KEYS  1 lease
-- ARGV  1 '<node> <token>'  2 '<other node> -': nobody's token, so that nobody can renew it  3 for how many ms it waits
-- Returns 1, or 0 if the lease is another's or nobody's

if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
