-- Shared by the scripts on a room. Its hash holds title, maxMembers, createdAt, lastJoinedAt, slowModeMs, access (open, invited or
-- private), joinAs (member or guest), videoCodecs (between commas), and one field `group:<group>` with the role of each group that has one. Of the
-- members' hash a value is '<joined at> <role> <name>', with a ~ before the role if the membership is lent.

local function describe(room, members)
  local found = redis.call('HMGET', room, 'title', 'maxMembers', 'createdAt', 'access', 'joinAs', 'slowModeMs', 'videoCodecs')
  if not found[1] then return nil end
  found[8] = redis.call('HLEN', members)
  return found
end

local function memberOf(members, user)
  local value = redis.call('HGET', members, user)
  if not value then return nil end
  local joinedAt, lent, role, name = string.match(value, '^(%d+) (~?)(%a+) (.*)$')
  return {joinedAt = joinedAt, lent = lent == '~', role = role, name = name}
end

local function keep(members, user, member)
  local value = member.joinedAt .. ' ' .. (member.lent and '~' or '') .. member.role .. ' ' .. member.name
  redis.call('HSET', members, user, value)
  return value
end

-- For scripts whose KEYS 3, 4 and 5 are room, members and order, and which append the event of it; in microseconds.
local function enter(now, user, member)
  local last = tonumber(redis.call('HGET', KEYS[3], 'lastJoinedAt') or 0)
  member.joinedAt = string.format('%.0f', math.max(math.floor(now / 1000), last + 1))
  redis.call('HSET', KEYS[3], 'lastJoinedAt', member.joinedAt)
  redis.call('ZADD', KEYS[5], 0, user)
  ARGV[10] = string.sub(ARGV[10], 1, -2) .. ',"role":"' .. member.role .. '"}'
  return keep(KEYS[4], user, member)
end
