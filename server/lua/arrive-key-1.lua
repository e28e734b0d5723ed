-- The client has its newest key, so that the one before is useless from now on.
-- KEYS  1 session
-- ARGV  1 generation of the connection that the newest key was given to
-- Returns 1, or 0 if there is a newer connection, or no such session

if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'previousHash')
return 1
