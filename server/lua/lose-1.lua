-- Notes that this store has lost events, unless another node has noted it already, and tells every node.
-- KEYS  1 the nodes' watch
-- ARGV  1 the lineage that the caller knows  2 channel of all nodes
-- Returns the lineage of the store from now on

local known = tonumber(ARGV[1])
local current = tonumber(redis.call('HGET', KEYS[1], 'lineage') or 0)
if current > known then return current end
local time = redis.call('TIME')
-- Rises also if an earlier one was lost.
current = math.max(known + 1, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
redis.call('HSET', KEYS[1], 'lineage', string.format('%.0f', current))
redis.call('PUBLISH', ARGV[2], 'lineage ' .. string.format('%.0f', current))
return current
