-- Shared by the scripts on a room's log. KEYS[1] is the room's feed: a hash of epoch, head (offset of the newest event
-- ever), at (its time), bytes (held in the log), total (bytes ever appended), kept (when the log's TTL was last set),
-- lineage (of the store when the epoch began: the store's rises when it is found to have lost events), full (when the
-- room's token bucket is full again), and of a deleted room deleted (when it was: head is then the event that tells of it)
-- and access (whom it let in). KEYS[2] is the log: a stream of ids `<offset>-<microseconds>` with the fields `<name> <data>` and `before <bytes ever appended before>`, by which any part of the log is known in size by its ends.
-- Times are microseconds of this Redis and rise with every event, so that they tell events apart.

local function micros()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function whole(number)
  return string.format('%.0f', number)
end

-- An entry of the stream as {offset, name, data, microseconds, bytes appended before it}.
local function readEntry(entry)
  local offset, at = string.match(entry[1], '^(%d+)-(%d+)$')
  local fields = entry[2]
  return {tonumber(offset), fields[1], fields[2], tonumber(at), tonumber(fields[4])}
end

-- Begins the feed if there is none; begins another epoch if the store has lost events since, and so perhaps this room's:
-- nobody else may know of those that were given out here.
local function openFeed(newEpoch, now, lineage)
  local known = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'at', 'bytes', 'kept', 'lineage', 'full', 'total', 'deleted')
  if known[1] then
    local feed = {
      epoch = known[1],
      head = tonumber(known[2]),
      at = tonumber(known[3]),
      bytes = tonumber(known[4]),
      kept = tonumber(known[5]),
      full = tonumber(known[7] or 0),
      total = tonumber(known[8] or 0),
      deleted = known[9],
    }
    if tonumber(known[6] or 0) < tonumber(lineage) then
      feed.epoch, feed.at, feed.begun = newEpoch, math.max(now, feed.at + 1), true
      redis.call('HSET', KEYS[1], 'epoch', feed.epoch, 'at', whole(feed.at), 'lineage', lineage)
    end
    return feed
  end
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', newEpoch, 'head', 0, 'at', whole(now), 'bytes', 0, 'kept', 0, 'lineage', lineage)
  return {epoch = newEpoch, head = 0, at = now, bytes = 0, kept = 0, full = 0, total = 0}
end

-- The oldest event from an offset on: {offset, name, data, microseconds, bytes appended before it}, or nil.
local function eventFrom(offset)
  local entry = redis.call('XRANGE', KEYS[2], offset, '+', 'COUNT', 1)[1]
  return entry and readEntry(entry)
end

-- Drops the oldest events until no bound is passed: by count at once, by bytes and age after a binary search for the first
-- that stays, which is as far as offsets are from one another. Changes feed.bytes; the caller writes it.
local function trimLog(feed, count, now, maxEvents, maxBytes, maxAge)
  if count > maxEvents then redis.call('XTRIM', KEYS[2], 'MAXLEN', maxEvents) end
  local function stays(event)
    return event[4] > now - maxAge and feed.total - event[5] <= maxBytes
  end
  local oldest = eventFrom('-')
  if oldest and not stays(oldest) then
    local gone, staying = oldest[1], feed.head + 1
    while staying - gone > 1 do
      local middle = math.floor((gone + staying) / 2)
      local event = eventFrom(whole(middle))
      if not event or stays(event) then staying = middle else gone = event[1] end
    end
    redis.call('XTRIM', KEYS[2], 'MINID', whole(staying))
    oldest = eventFrom('-')
  end
  feed.bytes = oldest and feed.total - oldest[5] or 0
end
