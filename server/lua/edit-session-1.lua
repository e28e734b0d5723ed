-- Sets or removes one field of a session, if there is such a session.
-- KEYS  1 session
-- ARGV  1 field  2 value ('' to remove it)
-- Returns 1, or 0 if there is no such session

if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
return 1
