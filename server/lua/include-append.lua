-- Shared by the scripts that append an event to a room's log; comes after include-log. Their first keys and arguments are:
-- KEYS  1 feed  2 log
-- ARGV  1 epoch to begin if one must begin  2, 3 position that the caller knows (epoch '' if none)
--       4 event name  5 event data (JSON)  6, 7, 8 bounds: events, bytes, age in ms  9 channel  10 lineage of the store

-- The feed as of now: openFeed with another epoch if the caller has seen more than there is, because this store came back
-- with older data. Offsets go on.
local function feedToAppend(now)
  local feed = openFeed(ARGV[1], now, ARGV[10])
  if feed.epoch == ARGV[2] and tonumber(ARGV[3]) > feed.head then feed.epoch = ARGV[1] end
  return feed
end

-- Gives the event the next offset, keeps the bounds and tells the room's channel. Returns the offset and its microseconds, as text.
local function appendEvent(feed, now)
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
  redis.call('PUBLISH', ARGV[9], '1 ' .. feed.epoch .. ' ' .. offset .. ' ' .. at .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
  return offset, at
end
