-- Keeps a connected session for longer. One that was marked as lost while its node only seemed dead is connected again.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions  4 when the user was last seen
-- ARGV  1 session id  2 for how many ms it is kept unless refreshed  3 grace in ms  4 node  5 generation
-- Returns {'kept', presence before, presence after}, {'away'} if the connection itself ended,
--         {'replaced'} if there is a newer one, or {'ended'} if there is none; so also if the one that is there is older,
--         because this store came back with older data: its client then comes back, and both know again what is

--@include session

local known = redis.call('HMGET', KEYS[1], 'state', 'node', 'generation', 'lost')
if not known[1] then return {'ended'} end
if tonumber(known[3]) > tonumber(ARGV[5]) then return {'replaced'} end
if known[2] ~= ARGV[4] or known[3] ~= ARGV[5] then return {'ended'} end
if known[1] ~= 'connected' and not known[4] then return {'away'} end
local before = presence()
redis.call('HDEL', KEYS[1], 'lost')
local now = millis()
keepUntil(ARGV[1], 'connected', now + tonumber(ARGV[2]), tonumber(ARGV[3]))
seen(now)
return {'kept', before, presence()}
