-- Ends a session for good; with a time limit only if it is over.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions
-- ARGV  1 session id  2 'any' or 'expired'
-- Returns {'ended', presence before, presence after, fields and values of the session},
--         {'unknown'}, or {'later', in how many ms it is over}

--@include session

local untilMs = redis.call('HGET', KEYS[1], 'until')
if not untilMs then
  forget(ARGV[1])
  return {'unknown'}
end
local remaining = tonumber(untilMs) - millis()
if ARGV[2] == 'expired' and remaining > 0 then return {'later', remaining} end
local before, fields = presence(), redis.call('HGETALL', KEYS[1])
forget(ARGV[1])
return {'ended', before, presence(), fields}
