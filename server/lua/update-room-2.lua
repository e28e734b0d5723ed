-- Changes a room's settings.
-- KEYS  1 room  2 its members
-- ARGV  1 slow mode in ms
-- Returns {title, maximum of members, slow mode in ms, time of creation, members}, or nil if there is no such room

if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
redis.call('HSET', KEYS[1], 'slowModeMs', ARGV[1])
local room = redis.call('HMGET', KEYS[1], 'title', 'maxMembers', 'slowModeMs', 'createdAt')
return {room[1], room[2], room[3], room[4], redis.call('HLEN', KEYS[2])}
