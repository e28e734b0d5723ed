-- Ends a session for good; with a time limit only if it is over.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions  4 when the user was last seen
-- ARGV  1 session id  2 'any' or 'expired'
-- Returns {'ended', presence before, presence after, fields and values of the session},
--         {'unknown'}, or {'later', in how many ms it is over}

--@include session

local known = redis.call('HMGET', KEYS[1], 'until', 'state')
if not known[1] then
  forget(ARGV[1], KEYS[1])
  return {'unknown'}
end
local now = millis()
local remaining = tonumber(known[1]) - now
if ARGV[2] == 'expired' and remaining > 0 then return {'later', remaining} end
if ARGV[2] == 'any' and known[2] == 'connected' then seen(now) end
local before, fields = presence(), redis.call('HGETALL', KEYS[1])
forget(ARGV[1], KEYS[1])
return {'ended', before, presence(), fields}
