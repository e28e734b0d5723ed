-- Shared by the scripts on one session of a user. KEYS[1] is the session: a hash of user, name, device, family and keyHash
-- (of its newest resume key), previousHash (of the key before, until the newest is known to have arrived), attempt,
-- generation, node, state (connected or away), until (when it is over unless something happens), createdAt, seenAt,
-- tokenId and issuedAt (of the token that it stands on), call, and one field `r:<room>` for each room. KEYS[2] and KEYS[3]
-- hold the user's connected and away sessions, by `until`; KEYS[4] says when the user was last seen.

local seenKeptMs = 30 * 24 * 3600 * 1000

local function millis()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

local function presence()
  if redis.call('EXISTS', KEYS[2]) == 1 then return 'online' end
  if redis.call('EXISTS', KEYS[3]) == 1 then return 'away' end
  return 'offline'
end

local function seen(now)
  redis.call('HSET', KEYS[1], 'seenAt', whole(now))
  redis.call('SET', KEYS[4], whole(now), 'PX', whole(seenKeptMs))
end

-- Keeps the session until then, and its keys for a while longer, so that somebody can still end it in order.
local function keepUntil(session, state, untilMs, graceMs)
  local mine, other = KEYS[2], KEYS[3]
  if state == 'away' then mine, other = KEYS[3], KEYS[2] end
  redis.call('HSET', KEYS[1], 'state', state, 'until', whole(untilMs))
  redis.call('PEXPIREAT', KEYS[1], whole(untilMs + graceMs))
  redis.call('ZREM', other, session)
  redis.call('ZADD', mine, whole(untilMs), session)
  if redis.call('PTTL', mine) < untilMs + graceMs - millis() then
    redis.call('PEXPIREAT', mine, whole(untilMs + graceMs))
  end
end

local function forget(session, key)
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[2], session)
  redis.call('ZREM', KEYS[3], session)
end
