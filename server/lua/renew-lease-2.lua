-- Keeps a lease for longer. One that the store has lost while its holder had it is put back, unless it changed hands since.
-- KEYS  1 lease: '<node> <token>'  2 the last fence
-- ARGV  1 '<node> <token>'  2 for how many ms  3 the holder's fence  4 for how many ms the last fence is remembered
-- Returns 1, or 0 if the lease is another's, or was

local known = redis.call('GET', KEYS[1])
if known and known ~= ARGV[1] then return 0 end
if not known then
  if tonumber(redis.call('GET', KEYS[2]) or 0) > tonumber(ARGV[3]) then return 0 end
  redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
