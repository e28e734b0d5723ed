-- Marks a session as away, if the connection that ended is its newest.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions  4 when the user was last seen
-- ARGV  1 session id  2 resume window in ms  3 grace in ms  4 generation of the connection
-- Returns {presence before, presence after}, or nil if there is nothing to mark

--@include session

local known = redis.call('HMGET', KEYS[1], 'state', 'generation')
if known[1] ~= 'connected' or known[2] ~= ARGV[4] then return nil end
local before = presence()
local now = millis()
keepUntil(ARGV[1], 'away', now + tonumber(ARGV[2]), tonumber(ARGV[3]))
seen(now)
return {before, presence()}
