-- Claims a deed that is to be done once.
-- KEYS  1 receipt: 'claimed <node>' or 'settled <receipt>'
-- ARGV  1 node  2 after how many ms the claim lapses
-- Returns what was there, or nil if the claim is granted

local known = redis.call('GET', KEYS[1])
if known then return known end
redis.call('SET', KEYS[1], 'claimed ' .. ARGV[1], 'PX', ARGV[2])
return nil
