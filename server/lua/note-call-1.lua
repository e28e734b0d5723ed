-- Notes something of a call, unless another has begun to run it.
-- KEYS  1 notes of the call: hash of texts by name, and the runner's fence under '#'
-- ARGV  1 fence  2 for how many ms they are kept  3... name, '+' and the text, or '-' if it is to be forgotten
-- Returns 1, or 0 if the fence is an old one

if tonumber(redis.call('HGET', KEYS[1], '#') or 0) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], '#', ARGV[1])
for at = 3, #ARGV, 2 do
  local text = ARGV[at + 1]
  if string.sub(text, 1, 1) == '+' then
    redis.call('HSET', KEYS[1], ARGV[at], string.sub(text, 2))
  else
    redis.call('HDEL', KEYS[1], ARGV[at])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
