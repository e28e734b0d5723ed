-- What a room says of some users.
-- KEYS  1 room  2 its members
-- ARGV  1, 2, ... users
-- Returns {fields and values of the room, {the value of each user, or false if they are no member}}, or nil if there is no such room

local room = redis.call('HGETALL', KEYS[1])
if #room == 0 then return nil end
return {room, #ARGV > 0 and redis.call('HMGET', KEYS[2], unpack(ARGV)) or {}}
