-- Describes a room.
-- KEYS  1 room  2 its members
-- Returns {title, maximum of members, time of creation, access, joinAs, slow mode in ms, members}, or nil if there is no such room

--@include room

return describe(KEYS[1], KEYS[2])
