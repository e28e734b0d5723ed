-- Makes a user a member of a room, if there is a place, and tells the room of it in the same step.
-- KEYS  1, 2 see include-append  3 room  4 its members: user -> '<joined at> <name>'  5 the same users, sorted
-- ARGV  1 to 8 see include-append  9, 10 name and data (JSON) of the event that tells of the joining  11 user  12 name
-- Returns {'joined' or 'already', '<joined at> <name>', title, maximum of members, slow mode in ms, time of creation,
--          members}, the former with offset and microseconds of the event besides;
--         {'full'} or {'unknown_room'}

--@include log
--@include append

local room = redis.call('HMGET', KEYS[3], 'title', 'maxMembers', 'slowModeMs', 'createdAt', 'lastJoinedAt')
if not room[1] then return {'unknown_room'} end
local member = redis.call('HGET', KEYS[4], ARGV[11])
local function answer(outcome)
  return {outcome, member, room[1], room[2], room[3] or 0, room[4], redis.call('HLEN', KEYS[4])}
end
if member then return answer('already') end
if redis.call('HLEN', KEYS[4]) >= tonumber(room[2]) then return {'full'} end

local now = micros()
local joinedAt = whole(math.max(math.floor(now / 1000), tonumber(room[5]) + 1))
member = joinedAt .. ' ' .. ARGV[12]
redis.call('HSET', KEYS[3], 'lastJoinedAt', joinedAt)
redis.call('HSET', KEYS[4], ARGV[11], member)
redis.call('ZADD', KEYS[5], 0, ARGV[11])
local joined = answer('joined')
local batch = beginBatch(feedToAppend(now), now)
joined[8], joined[9] = appendEvent(batch, ARGV[9], ARGV[10])
endBatch(batch)
return joined
