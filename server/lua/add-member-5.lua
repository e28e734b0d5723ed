-- Makes a user a member of a room, if they are let in and there is a place, and tells the room of it in the same step.
-- KEYS  1, 2 see include-append  3 room  4 its members  5 the same users, sorted
-- ARGV  1 to 10 see include-append: the event tells of the joining, without the role  11 user  12 name
--       13 why, besides the room's being open: 'self' (it must be), 'lent' or 'own'  14 the role that this gives
-- Returns {'joined' or 'already', the member's value, title, maximum of members, time of creation, access, joinAs,
--          slow mode in ms, members}, the former with offset and microseconds of the event besides;
--         {'full'}, {'closed', access} or {'unknown_room'}

--@include log
--@include append
--@include room

local room = describe(KEYS[3], KEYS[4])
if not room then return {'unknown_room'} end
local access, known, own = room[4], memberOf(KEYS[4], ARGV[11]), nil
if ARGV[13] == 'own' then own = ARGV[14] elseif access == 'open' then own = room[5] end
local role = own or (ARGV[13] == 'lent' and ARGV[14]) or nil
local isOwn = known and not known.lent
if not isOwn and not role then return {'closed', access} end

if known then
  if not isOwn and own then known.role, known.lent = own, false end
  if ARGV[13] ~= 'own' then known.name = ARGV[12] end
  return {'already', keep(KEYS[4], ARGV[11], known), unpack(room)}
end
if room[8] >= tonumber(room[2]) then return {'full'} end

local now = micros()
local value = enter(now, ARGV[11], {role = role, lent = not own, name = ARGV[12]})
room[8] = room[8] + 1
room[9], room[10] = tell(now)
return {'joined', value, unpack(room)}
