-- Appends one event to a room's log and tells the room's channel, all or nothing.
-- KEYS  1 feed  2 log  3 idempotency key (the feed again if there is none)
--       4 room, 5 when its user last wrote in slow mode (both the feed again if the append is not paced)
-- ARGV  1 epoch to begin if one must begin  2, 3 position that the caller knows (epoch '' if none)
--       4 event name  5 event data (JSON)  6, 7, 8 bounds: events, bytes, age in ms
--       9 for how many ms the key is remembered (0: there is no key)  10 channel  11 lineage of the store
--       12 paced appends per second and room, with a burst of twice as many (0: not limited)
--       13 'paced', 'exempt' from slow mode, or '' if the append is not paced
-- Returns {epoch, offset, microseconds, 1 if the key was used before, else 0, ms until the user may write again},
--         or {'slow_mode' or 'room_messages', ms to wait} if nothing was appended

--@include log

local now = micros()
local feed = openFeed(ARGV[1], now, ARGV[11])

-- The caller has seen more than there is: this store came back with older data. Offsets go on in another epoch.
if feed.epoch == ARGV[2] and tonumber(ARGV[3]) > feed.head then
  feed.epoch = ARGV[1]
end

-- In microseconds. The moment is kept and not the gap, so that a change of the gap holds at once.
local gap, wait = 0, 0
if ARGV[13] == 'paced' then
  gap = tonumber(redis.call('HGET', KEYS[4], 'slowModeMs') or 0) * 1000
  if gap > 0 then wait = math.max(0, tonumber(redis.call('GET', KEYS[5]) or -gap) + gap - now) end
end
local function inMs(duration)
  return math.ceil(duration / 1000)
end

local remember = tonumber(ARGV[9])
if remember > 0 then
  local first = redis.call('GET', KEYS[3])
  if first then
    local epoch, offset, at = string.match(first, '^(%S+) (%d+) (%d+)$')
    return {epoch, tonumber(offset), at, 1, inMs(wait)}
  end
end

if wait > 0 then return {'slow_mode', inMs(wait)} end
local perSecond = tonumber(ARGV[12])
if perSecond > 0 and ARGV[13] ~= '' then
  -- A token bucket that holds two seconds' worth, kept as the moment at which it is full again.
  local full = math.max(now, feed.full) + 1000000 / perSecond
  if full - now > 2000000 then return {'room_messages', inMs(full - now - 2000000)} end
  feed.full = full
end
if gap > 0 then redis.call('SET', KEYS[5], whole(now), 'PX', inMs(gap)) end

feed.head = feed.head + 1
feed.at = math.max(now, feed.at + 1)
local offset, at = whole(feed.head), whole(feed.at)
redis.call('XADD', KEYS[2], offset .. '-0', 'n', ARGV[4], 'd', ARGV[5], 'a', at)
local count = redis.call('XLEN', KEYS[2])
feed.bytes = (count == 1 and 0 or feed.bytes) + #ARGV[4] + #ARGV[5]

-- A tenth at a time, so that most appends have nothing to drop; whoever reads sees the exact count and age.
local maxEvents, maxBytes, maxAge = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]) * 1000
if count > maxEvents + math.min(maxEvents / 10, 100) or feed.bytes > maxBytes then
  trimLog(feed, count, now, maxEvents, feed.bytes > maxBytes and maxBytes * 0.9 or maxBytes, maxAge)
end

-- The log outlives its newest event's age. Its TTL is set anew only now and then.
if count == 1 or now - feed.kept > maxAge / 10 then
  feed.kept = now
  redis.call('PEXPIRE', KEYS[2], whole(maxAge * 1.2 / 1000))
end

redis.call(
  'HSET', KEYS[1], 'epoch', feed.epoch, 'head', offset, 'at', at, 'bytes', whole(feed.bytes), 'kept', whole(feed.kept),
  'full', whole(feed.full)
)
if remember > 0 then
  redis.call('SET', KEYS[3], feed.epoch .. ' ' .. offset .. ' ' .. at, 'PX', remember)
end
redis.call('PUBLISH', ARGV[10], '1 ' .. feed.epoch .. ' ' .. offset .. ' ' .. at .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
return {feed.epoch, feed.head, at, 0, inMs(gap)}
