-- Gives a member another value, if theirs is still the one that is meant, and tells the room of it in the same step.
-- KEYS  1, 2 see include-append  3 the room's members
-- ARGV  1 to 10 see include-append: the event tells of the role  11 user  12 the member's value  13 the new one
-- Returns {offset, microseconds} of the event, or nil if there is no such membership (any more)

--@include log
--@include append

if redis.call('HGET', KEYS[3], ARGV[11]) ~= ARGV[12] then return nil end
redis.call('HSET', KEYS[3], ARGV[11], ARGV[13])
return {tell(micros())}
