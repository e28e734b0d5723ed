-- What is known of something that is or was to be done later.
-- KEYS  1 items  2 given: the fence of whose hands it is in, by id  3 what became of it
-- ARGV  1 id
-- Returns {'waiting' or 'sending', position, text}, {'over', '<when it was due> <note>'} or {'unknown'}

--@include scheduled

local item = redis.call('HGET', KEYS[1], ARGV[1])
if item then
  local position, text = parts(item)
  return {redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 and 'sending' or 'waiting', position, text}
end
local over = redis.call('GET', KEYS[3])
if over then return {'over', over} end
return {'unknown'}
