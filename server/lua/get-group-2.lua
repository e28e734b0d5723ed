-- Describes a group of users.
-- KEYS  1 group  2 its users, sorted
-- Returns {title, time of creation, users}, or nil if there is no such group

local group = redis.call('HMGET', KEYS[1], 'title', 'createdAt')
if not group[1] then return nil end
return {group[1], group[2], redis.call('ZCARD', KEYS[2])}
