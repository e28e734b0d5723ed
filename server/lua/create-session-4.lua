-- Begins a session, unless the user has too many; or ends the oldest of these instead.
-- KEYS  1 session  2 the user's connected sessions  3 the user's away sessions  4 when the user was last seen
-- ARGV  1 session id  2 for how many ms it is kept unless refreshed  3 grace in ms
--       4 what the keys of the user's sessions begin with (they are in the same slot)
--       5 how many sessions a user may have  6 'refuse_newest' or 'close_oldest'  7, 8, ... fields and values
-- Returns {'created', presence before, presence after, number of others,
--          {id of an ended session, {its fields and values}, ...}}, or {'too_many'}

--@include session

local now = millis()
-- Those whose window is over count no longer, though nobody has ended them yet.
local others = {}
for _, key in ipairs({KEYS[2], KEYS[3]}) do
  for _, session in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. whole(now), '+inf')) do
    others[#others + 1] = {id = session, key = ARGV[4] .. session}
  end
end

local excess = #others + 1 - tonumber(ARGV[5])
if excess > 0 and ARGV[6] == 'refuse_newest' then return {'too_many'} end

local before, displaced = presence(), {}
if excess > 0 then
  for _, other in ipairs(others) do
    other.createdAt = tonumber(redis.call('HGET', other.key, 'createdAt') or 0)
  end
  table.sort(others, function(a, b)
    if a.createdAt == b.createdAt then return a.id < b.id end
    return a.createdAt < b.createdAt
  end)
  for i = 1, excess do
    local fields = redis.call('HGETALL', others[i].key)
    forget(others[i].id, others[i].key)
    if #fields > 0 then
      displaced[#displaced + 1] = others[i].id
      displaced[#displaced + 1] = fields
    end
  end
end

for i = 7, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[1], 'generation', 1, 'createdAt', whole(now))
keepUntil(ARGV[1], 'connected', now + tonumber(ARGV[2]), tonumber(ARGV[3]))
seen(now)
return {'created', before, presence(), #others - math.max(excess, 0), displaced}
