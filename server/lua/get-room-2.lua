-- Describes a room.
-- KEYS  1 room  2 its members
-- Returns {title, maximum of members, slow mode in ms, time of creation, members}, or nil if there is no such room

local room = redis.call('HMGET', KEYS[1], 'title', 'maxMembers', 'slowModeMs', 'createdAt')
if not room[1] then return nil end
return {room[1], room[2], room[3] or 0, room[4], redis.call('HLEN', KEYS[2])}
