-- Ends a claim, if it is this node's: with a receipt, or by giving it back.
-- KEYS  1 receipt: 'claimed <node>' or 'settled <receipt>'
-- ARGV  1 node  2 for how many ms the receipt is remembered (0: the claim is given back)  3 the receipt
-- Returns 1, or 0 if there was nothing for this node to do

local known = redis.call('GET', KEYS[1])
if known and known ~= 'claimed ' .. ARGV[1] then return 0 end
if tonumber(ARGV[2]) > 0 then
  redis.call('SET', KEYS[1], 'settled ' .. ARGV[3], 'PX', ARGV[2])
else
  redis.call('DEL', KEYS[1])
end
return 1
