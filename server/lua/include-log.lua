-- Shared by the scripts on a room's log. KEYS[1] is the room's feed: a hash of epoch, head (offset of the newest event
-- ever), at (its time), bytes (held in the log), kept (when the log's TTL was last set). KEYS[2] is the log: a stream whose ids are `<offset>-0`.
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

-- Begins the feed if there is none.
local function openFeed(newEpoch, now)
  local feed = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'at', 'bytes', 'kept')
  if feed[1] then
    return {
      epoch = feed[1],
      head = tonumber(feed[2]),
      at = tonumber(feed[3]),
      bytes = tonumber(feed[4]),
      kept = tonumber(feed[5]),
    }
  end
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', newEpoch, 'head', 0, 'at', whole(now), 'bytes', 0, 'kept', 0)
  return {epoch = newEpoch, head = 0, at = now, bytes = 0, kept = 0}
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
