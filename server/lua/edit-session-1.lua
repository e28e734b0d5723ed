-- Sets or removes fields of a session, if there is such a session.
-- KEYS  1 session
-- ARGV  1, 2, ... fields and values ('' to remove a field)
-- Returns 1, or 0 if there is no such session

if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for i = 1, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return 1
