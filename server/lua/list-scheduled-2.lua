-- What is to be done later, in order.
-- KEYS  1 items  2 order
-- ARGV  1 a position, or '' for the beginning  2 how many at most
-- Returns {id, position, text, ...}

--@include scheduled

local from = ARGV[1] == '' and '-' or '[' .. ARGV[1] .. '!'
local answer = {}
for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], from, '+', 'LIMIT', 0, ARGV[2])) do
  local id = string.sub(member, 35)
  local position, text = parts(redis.call('HGET', KEYS[1], id))
  answer[#answer + 1] = id
  answer[#answer + 1] = position
  answer[#answer + 1] = text
end
return answer
