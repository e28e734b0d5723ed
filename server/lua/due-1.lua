-- Names sessions that are to be looked at by now.
-- KEYS  1 the schedule
-- ARGV  1 how many at most
-- Returns {'<session> <user>', ...}

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
