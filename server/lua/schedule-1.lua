-- Notes when sessions are to be looked at. What is noted too early is looked at and noted again.
-- KEYS  1 the schedule
-- ARGV  1 in how many ms  2, 3, ... '<session> <user>'
-- Returns how many were noted

local time = redis.call('TIME')
local at = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
for i = 2, #ARGV do
  redis.call('ZADD', KEYS[1], string.format('%.0f', at), ARGV[i])
end
return #ARGV - 1
