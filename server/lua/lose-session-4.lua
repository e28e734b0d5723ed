-- Marks a session as away, if it is connected to the node that died.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions  4 when the user was last seen
-- ARGV  1 session id  2 resume window in ms  3 grace in ms  4 node
-- Returns {presence before, presence after}, or nil if the session is not there any more

--@include session

local known = redis.call('HMGET', KEYS[1], 'state', 'node')
if known[1] ~= 'connected' or known[2] ~= ARGV[4] then return nil end
local before = presence()
keepUntil(ARGV[1], 'away', millis() + tonumber(ARGV[2]), tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], 'lost', 1)
return {before, presence()}
