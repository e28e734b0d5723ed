-- Moves a session to another connection, and gives it another key.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions  4 when the user was last seen
-- ARGV  1 session id  2 for how many ms it is kept unless refreshed  3 grace in ms
--       4 hash of the key's family  5 hash of the key  6 generation that the key was given to  7 hash of the next key
--       8 attempt  9 node  10 token id ('' if it has none)  11 when the token was issued ('' if it does not say)
-- Returns {'resumed', previous node, previous token id, when that was issued, presence before, presence after,
--          fields and values of the session}; {'unknown'}, {'wrong_key'}, {'stale_attempt'};
--         or {'key_reused', presence before, presence after, fields and values}: then the session is ended

--@include session

local now = millis()
local known = redis.call(
  'HMGET', KEYS[1], 'until', 'family', 'keyHash', 'previousHash', 'attempt', 'node', 'generation', 'tokenId', 'issuedAt'
)
if not known[1] or tonumber(known[1]) <= now then return {'unknown'} end
if known[2] ~= ARGV[4] then return {'wrong_key'} end
if tonumber(ARGV[8]) < tonumber(known[5]) then return {'stale_attempt'} end

local before = presence()
if ARGV[5] ~= known[3] and ARGV[5] ~= known[4] then
  -- A key of a connection that is not known of: it was given out by a store that has lost it.
  if tonumber(ARGV[6]) > tonumber(known[7]) then return {'unknown'} end
  local fields = redis.call('HGETALL', KEYS[1])
  forget(ARGV[1], KEYS[1])
  return {'key_reused', before, presence(), fields}
end

redis.call(
  'HSET', KEYS[1], 'keyHash', ARGV[7], 'previousHash', ARGV[5], 'attempt', ARGV[8], 'node', ARGV[9],
  'tokenId', ARGV[10], 'issuedAt', ARGV[11]
)
redis.call('HDEL', KEYS[1], 'lost')
redis.call('HINCRBY', KEYS[1], 'generation', 1)
keepUntil(ARGV[1], 'connected', now + tonumber(ARGV[2]), tonumber(ARGV[3]))
seen(now)
return {
  'resumed', known[6], known[8] or '', known[9] or '', before, presence(), redis.call('HGETALL', KEYS[1])
}
