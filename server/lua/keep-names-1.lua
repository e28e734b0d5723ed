-- Keeps names of sessions for a time, and forgets those whose time is over: of sessions that ended while nobody could say so.
-- KEYS  1 names, by when they are forgotten
-- ARGV  1 for how many ms  2, 3, ... '<session> <user>'
-- Returns how many are kept

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 2, #ARGV do
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[1])), ARGV[i])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('ZCARD', KEYS[1])
