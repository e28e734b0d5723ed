-- Begins a session.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions
-- ARGV  1 session id  2 for how many ms it is kept unless refreshed  3 grace in ms  4, 5, ... fields and values
-- Returns {presence before, presence after}

--@include session

local now, before = millis(), presence()
for i = 4, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[1], 'generation', 1, 'createdAt', whole(now))
keepUntil(ARGV[1], 'connected', now + tonumber(ARGV[2]), tonumber(ARGV[3]))
return {before, presence()}
