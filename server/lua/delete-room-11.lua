-- Deletes a room with all that it holds, and tells it of this as the last event of its log.
-- KEYS  1, 2 see include-append  3 room  4 its members  5 the same users, sorted  6 users who were members when it was deleted
--       7, 8 first answers by idempotency key  9 last words in slow mode  10 what it says of calls  11 what is noted of its call
-- ARGV  1 to 10 see include-append: the event tells of the deletion  11 for how many ms the log is kept
--       12 for how many ms it is known that there was a room
-- Returns {offset, microseconds} of the event and fields and values of the room, or nil if there is no such room

--@include log
--@include append

local room = redis.call('HGETALL', KEYS[3])
if #room == 0 then return nil end
local access = redis.call('HGET', KEYS[3], 'access')
local offset, at = tell(micros())

if redis.call('EXISTS', KEYS[6]) == 1 then
  -- Of an earlier room of this name.
  redis.call('ZUNIONSTORE', KEYS[6], 2, KEYS[6], KEYS[5])
elseif redis.call('EXISTS', KEYS[5]) == 1 then
  redis.call('RENAME', KEYS[5], KEYS[6])
end
redis.call('PEXPIRE', KEYS[6], ARGV[12])
redis.call('UNLINK', KEYS[3], KEYS[4], KEYS[5], unpack(KEYS, 7))

redis.call('HSET', KEYS[1], 'deleted', at, 'access', access)
redis.call('PEXPIRE', KEYS[1], ARGV[12])
redis.call('PEXPIRE', KEYS[2], ARGV[11])
return {offset, at, unpack(room)}
