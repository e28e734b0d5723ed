-- Compares the position of a node with a room's log. If events that the node has seen are not there (this store came
-- back with older data, and perhaps went on from there), another epoch begins and the room's channel is told.
-- KEYS  1 feed  2 log
-- ARGV  1 epoch to begin if one must begin  2, 3, 4 the node's position: epoch, offset, microseconds
--       5 'entry' if these are those of the entry at that offset, 'head' if of the feed when its head was there  6 channel
--       7 lineage of the store
-- Returns {epoch, head, microseconds of the head}

--@include log

local now = micros()
local feed = openFeed(ARGV[1], now, ARGV[7])
local offset = tonumber(ARGV[3])

local function differs()
  if offset > feed.head then return true end
  if offset == 0 then return false end
  if offset == feed.head then return whole(feed.at) ~= ARGV[4] end
  -- An epoch may have begun at that offset since the entry there.
  if ARGV[5] == 'head' then return false end
  local entry = redis.call('XRANGE', KEYS[2], ARGV[3], ARGV[3])[1]
  return entry and entry[1] ~= ARGV[3] .. '-' .. ARGV[4]
end

if feed.epoch == ARGV[2] and differs() then
  feed.epoch = ARGV[1]
  feed.at = math.max(now, feed.at + 1)
  feed.begun = true
  redis.call('HSET', KEYS[1], 'epoch', feed.epoch, 'at', whole(feed.at))
end
if feed.begun then
  redis.call('PUBLISH', ARGV[6], '2 ' .. feed.epoch .. ' ' .. whole(feed.head) .. ' ' .. whole(feed.at))
end
return {feed.epoch, feed.head, whole(feed.at)}
