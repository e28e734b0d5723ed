-- Makes a user a member of a room, if there is a place.
-- KEYS  1 room  2 its members: user -> '<joined at> <name>'  3 the same users, sorted
-- ARGV  1 user  2 name
-- Returns {'joined' or 'already', '<joined at> <name>', title, maximum of members, slow mode in ms, time of creation,
--          members},
--         {'full'} or {'unknown_room'}

local room = redis.call('HMGET', KEYS[1], 'title', 'maxMembers', 'slowModeMs', 'createdAt', 'lastJoinedAt')
if not room[1] then return {'unknown_room'} end
local outcome, member = 'already', redis.call('HGET', KEYS[2], ARGV[1])
if not member then
  if redis.call('HLEN', KEYS[2]) >= tonumber(room[2]) then return {'full'} end
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local joinedAt = string.format('%.0f', math.max(now, tonumber(room[5]) + 1))
  outcome, member = 'joined', joinedAt .. ' ' .. ARGV[2]
  redis.call('HSET', KEYS[1], 'lastJoinedAt', joinedAt)
  redis.call('HSET', KEYS[2], ARGV[1], member)
  redis.call('ZADD', KEYS[3], 0, ARGV[1])
end
return {outcome, member, room[1], room[2], room[3] or 0, room[4], redis.call('HLEN', KEYS[2])}
