-- The API keys, if they are not what the caller knows.
-- KEYS  1 hash: id -> key as JSON  2 mark of the set
-- ARGV  1 mark of what the caller knows
-- Returns the mark ('' if nobody has written any key), and then, unless it is the caller's, ids and keys in turns

local mark = redis.call('GET', KEYS[2]) or ''
if mark == ARGV[1] then return {mark} end
return {mark, redis.call('HGETALL', KEYS[1])}
