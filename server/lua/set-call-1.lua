-- Changes what a room says of its calls.
-- KEYS  1 the room's settings for calls: hash
-- ARGV  1... field, and its value or '' if nothing is said of it any more
-- Returns {field, value, ...} as it is afterwards

for at = 1, #ARGV, 2 do
  if ARGV[at + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[at])
  else
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  end
end
return redis.call('HGETALL', KEYS[1])
