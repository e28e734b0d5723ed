-- Notes up to where a device of a user has the pushes.
-- KEYS  1 inbox  2 its pushes  3 the user's devices
-- ARGV  1 device  2 epoch  3 offset
-- Returns {id of a push that it had not, when that expires, 1 if no other device had it either or 0, ...}

--@include inbox

if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[2] then return {} end
local now = millis()
local cursor, taken = number('d:' .. ARGV[1]), number('taken')
local upTo = math.min(tonumber(ARGV[3]), number('head'))
if upTo <= cursor then return {} end

local answer = {}
for _, kept in ipairs(sweep(now)) do
  if kept.offset > cursor and kept.offset <= upTo then
    answer[#answer + 1] = kept.id
    answer[#answer + 1] = kept.expires
    answer[#answer + 1] = kept.offset > taken and 1 or 0
  end
end
redis.call('HSET', KEYS[1], 'd:' .. ARGV[1], upTo)
if upTo > taken then redis.call('HSET', KEYS[1], 'taken', upTo) end
sweep(now)
return answer
