-- Appends texts to a queue, as far as they fit.
-- KEYS  1 queue: a stream of entries {text}
-- ARGV  1 items that the queue may hold  2 for how many ms it is kept untouched  3… the texts
-- Returns how many were taken: the first so many

local room = math.max(0, tonumber(ARGV[1]) - redis.call('XLEN', KEYS[1]))
local taken = math.min(room, #ARGV - 2)
for index = 1, taken do redis.call('XADD', KEYS[1], '*', 'text', ARGV[index + 2]) end
if taken > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return taken
