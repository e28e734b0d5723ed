-- Reads a user's presence: the sessions whose time is not over.
-- KEYS  1 the user's connected sessions by until  2 the user's away sessions by until
-- ARGV  1 what the keys of the user's sessions begin with (they are in the same slot)
-- Returns {'connected' or 'away', device or '', ...}

local time = redis.call('TIME')
local now = string.format('(%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
local found = {}
for at, state in ipairs({'connected', 'away'}) do
  for _, session in ipairs(redis.call('ZRANGEBYSCORE', KEYS[at], now, '+inf')) do
    found[#found + 1] = state
    found[#found + 1] = redis.call('HGET', ARGV[1] .. session, 'device') or ''
  end
end
return found
