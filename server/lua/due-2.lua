-- Names sessions that are to be looked at by now, unless somebody who asked before had a later lease.
-- KEYS  1 the schedule  2 the latest fence that it was asked with
-- ARGV  1 how many at most  2 fence of the caller's lease (0: there is none)  3 for how many ms the fence is remembered
-- Returns {'<session> <user>', ...}

local fence = tonumber(ARGV[2])
if fence > 0 then
  if tonumber(redis.call('GET', KEYS[2]) or 0) > fence then return {} end
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
