-- Counts how many users wait for pushes, and ends what is over.
-- KEYS  1 when pushes are over: sorted set of times  2 how many wait: hash by these times, and `all`
-- ARGV  1 for how long the keys outlive the last time, in ms  2 how many times end at most
--       3... times in ms and how many more wait for what is over then, or fewer
-- Returns {how many wait, how many of those whose time is over waited in vain}

for at = 3, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], ARGV[at], ARGV[at])
  redis.call('HINCRBY', KEYS[2], ARGV[at], ARGV[at + 1])
  redis.call('HINCRBY', KEYS[2], 'all', ARGV[at + 1])
end

local time = redis.call('TIME')
local now = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
local expired = 0
for _, over in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local left = tonumber(redis.call('HGET', KEYS[2], over) or 0)
  redis.call('ZREM', KEYS[1], over)
  redis.call('HDEL', KEYS[2], over)
  redis.call('HINCRBY', KEYS[2], 'all', -left)
  expired = expired + math.max(0, left)
end

local last = redis.call('ZREVRANGE', KEYS[1], 0, 0)[1]
if not last then
  redis.call('DEL', KEYS[2])
  return {0, expired}
end
for i = 1, 2 do
  redis.call('PEXPIREAT', KEYS[i], string.format('%.0f', tonumber(last) + tonumber(ARGV[1])))
end
return {math.max(0, tonumber(redis.call('HGET', KEYS[2], 'all') or 0)), expired}
