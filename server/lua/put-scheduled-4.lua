-- Notes what is to be done later, unless it is noted already or was done lately.
-- KEYS  1 items  2 order  3 counts: hash of last (number of the newest) and bytes  4 what became of it
-- ARGV  1 id  2 text  3 'at' or 'in'  4 ms since the epoch or from now on  5 how far ahead in ms  6 how many at most  7 how many bytes
-- Returns {'scheduled' or 'over', when it is due}, {'full'} or {'too_far'}

--@include scheduled

local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then return {'scheduled', string.sub(known, 1, 16)} end
local over = redis.call('GET', KEYS[4])
if over then return {'over', string.match(over, '^%S+')} end

local now = millis()
local due = tonumber(ARGV[4])
if ARGV[3] == 'in' then due = now + due else due = math.max(due, now) end
if due > now + tonumber(ARGV[5]) then return {'too_far'} end
local bytes = tonumber(redis.call('HGET', KEYS[3], 'bytes') or 0)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) or bytes + #ARGV[2] > tonumber(ARGV[7]) then return {'full'} end

local position = padded(due) .. ':' .. padded(redis.call('HINCRBY', KEYS[3], 'last', 1))
redis.call('HINCRBY', KEYS[3], 'bytes', #ARGV[2])
redis.call('ZADD', KEYS[2], 0, position .. ' ' .. ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], position .. ' ' .. ARGV[2])
return {'scheduled', padded(due)}
