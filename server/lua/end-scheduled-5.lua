-- Ends what was to be done later: with a fence as the one in whose hands it is, without one as long as it is in nobody's.
-- KEYS  1 items  2 order  3 counts: hash of last and bytes  4 given: fence by id  5 what became of it
-- ARGV  1 id  2 fence, or ''  3 the note that is left of it  4 for how many ms
-- Returns 'ended', 'sending' (it is in other hands), 'over' or 'unknown'

--@include scheduled

local item = redis.call('HGET', KEYS[1], ARGV[1])
if not item then return redis.call('EXISTS', KEYS[5]) == 1 and 'over' or 'unknown' end
if (redis.call('HGET', KEYS[4], ARGV[1]) or '') ~= ARGV[2] then return 'sending' end
local position, text = parts(item)
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[2], position .. ' ' .. ARGV[1])
if redis.call('ZCARD', KEYS[2]) == 0 then
  redis.call('DEL', KEYS[3])
else
  redis.call('HINCRBY', KEYS[3], 'bytes', -#text)
end
redis.call('SET', KEYS[5], string.sub(item, 1, 16) .. ' ' .. ARGV[3], 'PX', ARGV[4])
return 'ended'
