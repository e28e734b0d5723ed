-- Ends a membership, if it is still the one that is meant, and tells the room of it in the same step.
-- KEYS  1, 2 see include-append  3 the room's members  4 the same users, sorted
-- ARGV  1 to 10 see include-append: the event tells of the leaving  11 user  12 the member's value
-- Returns {offset, microseconds} of the event, or nil if there is no such membership (any more)

--@include log
--@include append

if redis.call('HGET', KEYS[3], ARGV[11]) ~= ARGV[12] then return nil end
redis.call('HDEL', KEYS[3], ARGV[11])
redis.call('ZREM', KEYS[4], ARGV[11])
return {tell(micros())}
