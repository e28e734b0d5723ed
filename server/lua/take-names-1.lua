-- Takes names of sessions; each is taken by one caller.
-- KEYS  1 names, by when they are forgotten
-- ARGV  1 how many at most
-- Returns {'<session> <user>', ...}

local names = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)
if #names > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, #names - 1) end
return names
