-- Remembers when secrets of API keys were last used; of several moments the latest.
-- KEYS  1 hash: name of a secret -> ms since the Unix epoch
-- ARGV  1... names and moments in turns
-- Returns nothing

for at = 1, #ARGV, 2 do
  local known = tonumber(redis.call('HGET', KEYS[1], ARGV[at]) or 0)
  if tonumber(ARGV[at + 1]) > known then redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
