-- Notes what became of a push, unless nothing is noted of it.
-- KEYS  1 the push: hash of numbers by name
-- ARGV  1 'set' or 'add'  2... names and numbers
-- Returns all that is noted of it by now, name by name; nothing if it was not begun

if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
for at = 2, #ARGV, 2 do
  redis.call(ARGV[1] == 'add' and 'HINCRBY' or 'HSET', KEYS[1], ARGV[at], ARGV[at + 1])
end
return redis.call('HGETALL', KEYS[1])
