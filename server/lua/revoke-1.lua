-- Remembers a revocation. Of several the latest moment and the longest memory hold.
-- KEYS  1 revocation: tokens issued before this moment (ms since the Unix epoch) are revoked
-- ARGV  1 the moment  2 for how many ms it is remembered
-- Returns 1

local moment = math.max(tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or 0))
local forMs = math.max(tonumber(ARGV[2]), redis.call('PTTL', KEYS[1]))
redis.call('SET', KEYS[1], string.format('%.0f', moment), 'PX', string.format('%.0f', forMs))
return 1
