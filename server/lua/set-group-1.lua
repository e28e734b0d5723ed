-- Gives a group of users a role in a room, or takes it away.
-- KEYS  1 room
-- ARGV  1 group  2 role, or '' for none  3 maximum of groups with a role
-- Returns 'set', 'full' or 'unknown_room'

if redis.call('EXISTS', KEYS[1]) == 0 then return 'unknown_room' end
local field = 'group:' .. ARGV[1]
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], field)
  return 'set'
end
if redis.call('HEXISTS', KEYS[1], field) == 0 then
  local groups = 0
  for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(name, 1, 6) == 'group:' then groups = groups + 1 end
  end
  if groups >= tonumber(ARGV[3]) then return 'full' end
end
redis.call('HSET', KEYS[1], field, ARGV[2])
return 'set'
