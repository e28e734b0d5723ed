-- Appends one event to a room's log and tells the room's channel, all or nothing.
-- KEYS  1 feed  2 log  3 idempotency key (the feed again if there is none)
-- ARGV  1 epoch to begin if one must begin  2, 3 position that the caller knows (epoch '' if none)
--       4 event name  5 event data (JSON)  6, 7, 8 bounds: events, bytes, age in ms
--       9 for how many ms the key is remembered (0: there is no key)  10 channel
-- Returns {epoch, offset, microseconds, 1 if the key was used before, else 0}

--@include log

local now = micros()
local feed = openFeed(ARGV[1], now)

-- The caller has seen more than there is: this store came back with older data. Offsets go on in another epoch.
if feed.epoch == ARGV[2] and tonumber(ARGV[3]) > feed.head then
  feed.epoch = ARGV[1]
end

local remember = tonumber(ARGV[9])
if remember > 0 then
  local first = redis.call('GET', KEYS[3])
  if first then
    local epoch, offset, at = string.match(first, '^(%S+) (%d+) (%d+)$')
    return {epoch, tonumber(offset), at, 1}
  end
end

feed.head = feed.head + 1
feed.at = math.max(now, feed.at + 1)
feed.bytes = feed.bytes + #ARGV[4] + #ARGV[5]
local offset, at, ageMs = whole(feed.head), whole(feed.at), tonumber(ARGV[8])
if redis.call('EXISTS', KEYS[2]) == 0 then
  feed.bytes = #ARGV[4] + #ARGV[5]
end
redis.call('XADD', KEYS[2], offset .. '-0', 'n', ARGV[4], 'd', ARGV[5], 'a', at)
redis.call('PEXPIRE', KEYS[2], ageMs)
redis.call('HSET', KEYS[1], 'epoch', feed.epoch, 'head', offset, 'at', at, 'bytes', whole(feed.bytes))
trimLog(feed, now, tonumber(ARGV[6]), tonumber(ARGV[7]), ageMs * 1000)
if remember > 0 then
  redis.call('SET', KEYS[3], feed.epoch .. ' ' .. offset .. ' ' .. at, 'PX', remember)
end
redis.call('PUBLISH', ARGV[10], '1 ' .. feed.epoch .. ' ' .. offset .. ' ' .. at .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
return {feed.epoch, feed.head, at, 0}
