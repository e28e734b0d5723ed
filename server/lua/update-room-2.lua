-- Changes properties of a room.
-- KEYS  1 room  2 its members
-- ARGV  1, 2, ... fields and values
-- Returns like get-room, or nil if there is no such room

--@include room

if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
for i = 1, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
return describe(KEYS[1], KEYS[2])
