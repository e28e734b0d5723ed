-- Notes that this store has lost events, unless another node has noted it already. One that is empty has nothing to
-- begin anew.
-- KEYS  1 the nodes' watch
-- ARGV  1 the lineage that the caller knows
-- Returns the lineage of the store from now on

local known = tonumber(ARGV[1])
local current = tonumber(redis.call('HGET', KEYS[1], 'lineage') or 0)
if current > known then return current end
if redis.call('EXISTS', KEYS[1]) == 1 then
  local time = redis.call('TIME')
  known = math.max(known + 1, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
end
redis.call('HSET', KEYS[1], 'lineage', string.format('%.0f', known))
return known
