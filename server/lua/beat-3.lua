-- One heartbeat of a node. Finds other nodes dead whose heartbeats have been missed for too long, and tells everybody.
-- KEYS  1 nodes by their last heartbeat  2 node -> description  3 the watch: last (heartbeat of any node), graceUntil, lineage
-- ARGV  1 node  2 its description  3 timeout in ms  4 'join' or 'beat'  5 channel of all nodes
--       6 lineage of the store as the node knows it: this store may have lost the note of it
-- Returns {0} if the node was declared dead and has to join again,
--         else {1, 1 if nobody is declared dead for now, lineage of the store, node, description, ...}

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local timeout = tonumber(ARGV[3])

-- Nobody's heart beat for a while: it was this store that was away, so everybody gets time to come back.
local last = tonumber(redis.call('HGET', KEYS[3], 'last') or 0)
local graceUntil = tonumber(redis.call('HGET', KEYS[3], 'graceUntil') or 0)
if now - last > timeout / 2 then graceUntil = now + timeout end
redis.call('HSET', KEYS[3], 'last', string.format('%.0f', now), 'graceUntil', string.format('%.0f', graceUntil))
local grace = now < graceUntil

if ARGV[4] == 'beat' and not grace and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return {0} end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if ARGV[4] == 'join' then redis.call('PUBLISH', ARGV[5], 'here ' .. ARGV[2]) end

if not grace then
  for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - timeout))) do
    redis.call('ZREM', KEYS[1], node)
    redis.call('HDEL', KEYS[2], node)
    redis.call('PUBLISH', ARGV[5], 'gone ' .. node)
  end
end

local lineage = redis.call('HGET', KEYS[3], 'lineage') or '0'
if tonumber(lineage) < tonumber(ARGV[6]) then
  lineage = ARGV[6]
  redis.call('HSET', KEYS[3], 'lineage', lineage)
end

local answer = {1, grace and 1 or 0, lineage}
for _, word in ipairs(redis.call('HGETALL', KEYS[2])) do answer[#answer + 1] = word end
return answer
