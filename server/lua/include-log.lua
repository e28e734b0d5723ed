-- Shared by the scripts on a room's log. KEYS[1] is the room's feed: a hash of epoch, head (offset of the newest event
-- ever), at (its time), bytes (held in the log). KEYS[2] is the log: a stream whose ids are `<offset>-0`.
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
  local feed = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'at', 'bytes')
  if feed[1] then
    return {epoch = feed[1], head = tonumber(feed[2]), at = tonumber(feed[3]), bytes = tonumber(feed[4])}
  end
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', newEpoch, 'head', 0, 'at', whole(now), 'bytes', 0)
  return {epoch = newEpoch, head = 0, at = now, bytes = 0}
end

-- Drops the oldest events that are over a bound, and returns the offset of the oldest that is left (head + 1 if none).
local function trimLog(feed, now, maxEvents, maxBytes, maxAge)
  local count = redis.call('XLEN', KEYS[2])
  if count == 0 then
    feed.bytes = 0
    return feed.head + 1
  end
  local from, keep = '-', nil
  while count > 0 and not keep do
    for _, entry in ipairs(redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 1)) do
      local offset = tonumber(string.match(entry[1], '^%d+'))
      if count <= maxEvents and feed.bytes <= maxBytes and tonumber(entry[2][6]) > now - maxAge then
        keep = offset
      else
        count = count - 1
        feed.bytes = feed.bytes - sizeOf(entry[2])
        from = whole(offset + 1) .. '-0'
      end
    end
  end
  if from ~= '-' then
    redis.call('XTRIM', KEYS[2], 'MINID', from)
    redis.call('HSET', KEYS[1], 'bytes', whole(feed.bytes))
  end
  return keep or feed.head + 1
end
