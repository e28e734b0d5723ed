-- Remembers revocations. Of several that concern the same, the latest moment and the longest memory hold.
-- KEYS  1 hash: what is concerned -> '<tokens issued before this moment are revoked> <remembered until>'
--       2 the same names by `until`
-- ARGV  1 now  2... for each revocation its name, its moment, and until when it is remembered
--       All times are in ms since the Unix epoch, by the clocks of the nodes.
-- Returns how many of them said anything new

-- So many that are over are forgotten at a time, so that no call takes long.
local most = 1000
-- The keys themselves go by the clock of this server.
local graceMs = 3600000

local function whole(number)
  return string.format('%.0f', number)
end

local now = tonumber(ARGV[1])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', whole(now), 'LIMIT', 0, most)) do
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[2], name)
end

local news = 0
for at = 2, #ARGV, 3 do
  local name, moment, untilMs = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local known = redis.call('HGET', KEYS[1], name)
  local knownMoment, knownUntil = string.match(known or '', '^(%d+) (%d+)$')
  local latest = math.max(moment, tonumber(knownMoment or 0))
  local longest = math.max(untilMs, tonumber(knownUntil or 0))
  local value = whole(latest) .. ' ' .. whole(longest)
  if value ~= known then
    news = news + 1
    redis.call('HSET', KEYS[1], name, value)
    redis.call('ZADD', KEYS[2], whole(longest), name)
  end
end

local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if last[2] then
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, whole(tonumber(last[2]) + graceMs)) end
end
return news
