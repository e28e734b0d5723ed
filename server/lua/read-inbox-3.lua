-- Reads what a device of a user has not had, and remembers the device.
-- KEYS  1 inbox  2 its pushes  3 the user's devices
-- ARGV  1 device  2 how many devices are remembered  3 the epoch, or ''  4 in this epoch: after which offset
-- Returns {epoch or '', head, offset, push, offset, push, ...}

--@include inbox

local now = millis()
redis.call('ZADD', KEYS[3], whole(now), ARGV[1])
redis.call('PEXPIRE', KEYS[3], whole(deviceKeptMs))
local stale = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', whole(now - deviceKeptMs))
local excess = redis.call('ZCARD', KEYS[3]) - #stale - tonumber(ARGV[2])
if excess > 0 then stale = redis.call('ZRANGE', KEYS[3], 0, #stale + excess - 1) end
for _, device in ipairs(stale) do
  redis.call('ZREM', KEYS[3], device)
  redis.call('HDEL', KEYS[1], 'd:' .. device)
end

local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then return {'', 0} end
local after = number('d:' .. ARGV[1])
if epoch == ARGV[3] then after = tonumber(ARGV[4]) end
local answer = {epoch, number('head')}
for _, kept in ipairs(sweep(now)) do
  if kept.offset > after then
    answer[#answer + 1] = kept.offset
    answer[#answer + 1] = kept.member
  end
end
return answer
