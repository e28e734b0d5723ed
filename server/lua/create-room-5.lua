-- Creates a room, and makes its owner, if it has one, a member in the same step.
-- KEYS  1, 2 see include-append  3 room  4 its members  5 the same users, sorted
-- ARGV  1 to 10 see include-append: the event tells of the owner's joining, without the role
--       11 the owner, or ''  12 the owner's name  13 title  14 maximum of members  15 slow mode in ms  16 access
--       17 as what who joins becomes a member  18 its video codecs
-- Returns {its time of creation in ms}, with offset and microseconds of the event besides if it has an owner;
--         or nil if it exists

--@include log
--@include append
--@include room

if redis.call('EXISTS', KEYS[3]) == 1 then return nil end
local now = micros()
if redis.call('HGET', KEYS[1], 'deleted') then
  -- There was one of this name: nothing of its log is in this one's, and whoever was in it is told so.
  local feed = openFeed(ARGV[1], now, ARGV[8])
  local at = whole(math.max(now, feed.at + 1))
  redis.call('UNLINK', KEYS[2])
  redis.call('HDEL', KEYS[1], 'deleted', 'access')
  redis.call('PERSIST', KEYS[1])
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'at', at, 'bytes', 0, 'kept', 0, 'full', 0)
  redis.call('PUBLISH', ARGV[7], '2 ' .. ARGV[1] .. ' ' .. whole(feed.head) .. ' ' .. at)
end
local created = {whole(math.floor(now / 1000))}
redis.call('HSET', KEYS[3], 'title', ARGV[13], 'maxMembers', ARGV[14], 'slowModeMs', ARGV[15], 'access', ARGV[16])
redis.call('HSET', KEYS[3], 'joinAs', ARGV[17], 'videoCodecs', ARGV[18], 'createdAt', created[1], 'lastJoinedAt', 0)
if ARGV[11] ~= '' then
  enter(now, ARGV[11], {role = 'owner', lent = false, name = ARGV[12]})
  created[2], created[3] = tell(now)
end
return created
