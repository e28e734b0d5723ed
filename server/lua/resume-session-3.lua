-- Moves a session to another connection.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions
-- ARGV  1 session id  2 for how many ms it is kept unless refreshed  3 grace in ms  4 key hash  5 attempt  6 node
-- Returns {'resumed', previous node, presence before, presence after, fields and values of the session}
--         or {'unknown'}, {'wrong_key'}, {'stale_attempt'}

--@include session

local now = millis()
local known = redis.call('HMGET', KEYS[1], 'until', 'keyHash', 'attempt', 'node')
if not known[1] or tonumber(known[1]) <= now then return {'unknown'} end
if known[2] ~= ARGV[4] then return {'wrong_key'} end
if tonumber(ARGV[5]) < tonumber(known[3]) then return {'stale_attempt'} end

local before = presence()
redis.call('HSET', KEYS[1], 'attempt', ARGV[5], 'node', ARGV[6])
redis.call('HDEL', KEYS[1], 'lost')
redis.call('HINCRBY', KEYS[1], 'generation', 1)
keepUntil(ARGV[1], 'connected', now + tonumber(ARGV[2]), tonumber(ARGV[3]))
return {'resumed', known[4], before, presence(), redis.call('HGETALL', KEYS[1])}
