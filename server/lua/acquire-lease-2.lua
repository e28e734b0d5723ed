-- Takes a lease, if it is free. A lease that is this node's own, though the node does not know it (the answer to an
-- earlier attempt was lost), is taken over.
-- KEYS  1 lease: '<node> <token>'  2 the last fence
-- ARGV  1 node  2 token  3 for how many ms  4 for how many ms the last fence is remembered
-- Returns {1, fence}, or {0, holding node}

local known = redis.call('GET', KEYS[1])
if known then
  local holder = string.match(known, '^%S+')
  if holder ~= ARGV[1] then return {0, holder} end
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- Rises also if the last one was forgotten.
local fence = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, now)
redis.call('SET', KEYS[2], string.format('%.0f', fence), 'PX', ARGV[4])
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return {1, fence}
