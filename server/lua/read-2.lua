-- Reads a page of a room's log.
-- KEYS  1 feed  2 log
-- ARGV  1 epoch to begin if there is no feed yet  2 'after', 'before' or 'newest'  3 that offset  4 limit  5 bound of events  6 age in ms
--       7 lineage of the store
-- Returns {epoch, head, microseconds of the head, tail, {{offset, name, data, microseconds}, ...} ascending, and the
-- microseconds of the room's deletion, if it was deleted}

--@include log

local now = micros()
local feed = openFeed(ARGV[1], now, ARGV[7])
local count = redis.call('XLEN', KEYS[2])
if count > 0 then
  local bytes = feed.bytes
  trimLog(feed, count, now, tonumber(ARGV[5]), math.huge, tonumber(ARGV[6]) * 1000)
  if feed.bytes ~= bytes then redis.call('HSET', KEYS[1], 'bytes', whole(feed.bytes)) end
end
local oldest = eventFrom('-')
local tail = oldest and oldest[1] or feed.head + 1

local offset, limit = tonumber(ARGV[3]), tonumber(ARGV[4])
local first, last
if ARGV[2] == 'after' then
  first = math.max(offset + 1, tail)
  last = math.min(first + limit - 1, feed.head)
else
  last = ARGV[2] == 'before' and math.min(offset - 1, feed.head) or feed.head
  first = math.max(last - limit + 1, tail)
end

local entries = {}
if first <= last then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], whole(first), whole(last))) do
    local offset, name, data, at = unpack(readEntry(entry))
    entries[#entries + 1] = {offset, name, data, whole(at)}
  end
end
return {feed.epoch, feed.head, whole(feed.at), tail, entries, feed.deleted}
