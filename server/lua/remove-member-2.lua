-- Ends a membership.
-- KEYS  1 the room's members  2 the same users, sorted
-- ARGV  1 user
-- Returns '<joined at> <name>', or nil if there was no membership

local member = redis.call('HGET', KEYS[1], ARGV[1])
if not member then return nil end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return member
