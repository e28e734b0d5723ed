-- Deletes a group of users.
-- KEYS  1 group  2 its users, sorted
-- Returns {user, ...} of those who were in it, or nil if there is no such group

if redis.call('DEL', KEYS[1]) == 0 then return nil end
local users = redis.call('ZRANGE', KEYS[2], 0, -1)
redis.call('DEL', KEYS[2])
return users
