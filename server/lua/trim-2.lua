-- Drops what is too old from a room's log. Whoever reads the log does the same: this is for rooms that nobody reads.
-- KEYS  1 feed  2 log
-- ARGV  1 bound of events  2 age in ms
-- Returns how many were dropped

--@include log

local head, total = unpack(redis.call('HMGET', KEYS[1], 'head', 'total'))
local count = redis.call('XLEN', KEYS[2])
if not total or count == 0 then return 0 end
local feed = {head = tonumber(head), total = tonumber(total)}
trimLog(feed, count, micros(), tonumber(ARGV[1]), math.huge, tonumber(ARGV[2]) * 1000)
redis.call('HSET', KEYS[1], 'bytes', whole(feed.bytes))
return count - redis.call('XLEN', KEYS[2])
