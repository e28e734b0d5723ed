-- Creates a group of users.
-- KEYS  1 group: a hash of title and createdAt
-- ARGV  1 title
-- Returns its time of creation in ms, or nil if it exists

if redis.call('EXISTS', KEYS[1]) == 1 then return nil end
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
redis.call('HSET', KEYS[1], 'title', ARGV[1], 'createdAt', now)
return now
