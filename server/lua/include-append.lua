-- Shared by the scripts that append events to a room's log; comes after include-log. Their first keys and arguments are:
-- KEYS  1 feed  2 log
-- ARGV  1 epoch to begin if one must begin  2, 3 position that the caller knows (epoch '' if none)
--       4, 5, 6 bounds: events, bytes, age in ms  7 channel  8 lineage of the store
--       and, of those that append one event by `tell`,  9, 10 its name and data (JSON)

-- The feed as of now: openFeed with another epoch if the caller has seen more than there is, because this store came back
-- with older data. Offsets go on.
local function feedToAppend(now)
  local feed = openFeed(ARGV[1], now, ARGV[8])
  if feed.epoch == ARGV[2] and tonumber(ARGV[3]) > feed.head then feed.epoch = ARGV[1] end
  return feed
end

-- Events that are appended together: they get consecutive offsets and microseconds.
local function beginBatch(feed, now)
  return {feed = feed, now = now, offset = feed.head + 1, at = math.max(now, feed.at + 1), bytes = 0, lines = {}}
end

-- Gives the event the next offset. Returns its id: `<offset>-<microseconds>`.
local function appendEvent(batch, name, data)
  local added = #batch.lines
  local id = string.format('%.0f-%.0f', batch.offset + added, batch.at + added)
  redis.call('XADD', KEYS[2], id, name, data, 'before', whole(batch.feed.total + batch.bytes))
  batch.bytes = batch.bytes + #name + #data
  batch.lines[added + 1] = name .. ' ' .. data
  return id
end

-- Keeps the bounds and tells the room's channel, unless nothing was appended.
local function endBatch(batch)
  local feed, now, added = batch.feed, batch.now, #batch.lines
  if added == 0 then return end
  feed.head, feed.at = batch.offset + added - 1, batch.at + added - 1
  local count = redis.call('XLEN', KEYS[2])
  feed.bytes = (count == added and 0 or feed.bytes) + batch.bytes
  feed.total = feed.total + batch.bytes

  -- A tenth at a time, so that most appends have nothing to drop; whoever reads sees the exact count and age.
  local maxEvents, maxBytes, maxAge = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]) * 1000
  if count > maxEvents + math.min(maxEvents / 10, 100) or feed.bytes > maxBytes then
    trimLog(feed, count, now, maxEvents, feed.bytes > maxBytes and maxBytes * 0.9 or maxBytes, maxAge)
  end

  -- The log outlives its newest event's age. Its TTL is set anew only now and then.
  if count == added or now - feed.kept > maxAge / 10 then
    feed.kept = now
    redis.call('PEXPIRE', KEYS[2], whole(maxAge * 1.2 / 1000))
  end

  redis.call(
    'HSET', KEYS[1], 'epoch', feed.epoch, 'head', whole(feed.head), 'at', whole(feed.at), 'bytes', whole(feed.bytes),
    'total', whole(feed.total), 'kept', whole(feed.kept), 'full', whole(feed.full)
  )
  local head = '1 ' .. feed.epoch .. ' ' .. whole(batch.offset) .. ' ' .. whole(batch.at)
  redis.call('PUBLISH', ARGV[7], head .. '\n' .. table.concat(batch.lines, '\n'))
end

-- Appends the one event. Returns its offset and microseconds, as text.
local function tell(now)
  local batch = beginBatch(feedToAppend(now), now)
  appendEvent(batch, ARGV[9], ARGV[10])
  endBatch(batch)
  return whole(batch.offset), whole(batch.at)
end
