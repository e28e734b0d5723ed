-- Shared by the scripts on a room's log. KEYS[1] is the room's feed: a hash of epoch, head (offset of the newest event
-- ever), at (its time), bytes (held in the log), kept (when the log's TTL was last set), lineage (of the store when the
-- epoch began: the store's rises when it is found to have lost events), full (when the room's token bucket is full again). KEYS[2] is the log: a stream whose ids are `<offset>-0`.
-- Times are microseconds of this Redis and rise with every event, so that they tell events apart.

local function micros()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function whole(number)
  return string.format('%.0f', number)
end

local function sizeOf(fields)
  return #fields[2] + #fields[4]
end

-- Begins the feed if there is none; begins another epoch if the store has lost events since, and so perhaps this room's:
-- nobody else may know of those that were given out here.
local function openFeed(newEpoch, now, lineage)
  local known = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'at', 'bytes', 'kept', 'lineage', 'full')
  if known[1] then
    local feed = {
      epoch = known[1],
      head = tonumber(known[2]),
      at = tonumber(known[3]),
      bytes = tonumber(known[4]),
      kept = tonumber(known[5]),
      full = tonumber(known[7] or 0),
    }
    if tonumber(known[6] or 0) < tonumber(lineage) then
      feed.epoch, feed.at, feed.begun = newEpoch, math.max(now, feed.at + 1), true
      redis.call('HSET', KEYS[1], 'epoch', feed.epoch, 'at', whole(feed.at), 'lineage', lineage)
    end
    return feed
  end
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', newEpoch, 'head', 0, 'at', whole(now), 'bytes', 0, 'kept', 0, 'lineage', lineage)
  return {epoch = newEpoch, head = 0, at = now, bytes = 0, kept = 0, full = 0}
end

-- Drops the oldest events until no bound is passed. Changes feed.bytes; the caller writes it.
local function trimLog(feed, count, now, maxEvents, maxBytes, maxAge)
  local from, done = '-', false
  while count > 0 and not done do
    for _, entry in ipairs(redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', math.min(count, 16))) do
      if count <= maxEvents and feed.bytes <= maxBytes and tonumber(entry[2][6]) > now - maxAge then
        done = true
        break
      end
      count = count - 1
      feed.bytes = feed.bytes - sizeOf(entry[2])
      from = whole(tonumber(string.match(entry[1], '^%d+')) + 1) .. '-0'
    end
  end
  if count == 0 then feed.bytes = 0 end
  if from ~= '-' then redis.call('XTRIM', KEYS[2], 'MINID', from) end
end
