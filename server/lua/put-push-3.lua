-- Keeps a push for the devices of a user.
-- KEYS  1 inbox  2 its pushes  3 the user's devices
-- ARGV  1 push id  2 time to live in ms  3 collapse key, or '-'  4 json  5 the epoch, if one begins
--       6 how many pushes are kept  7 how many bytes
-- Returns {'stored', or 'again' if it was kept already, epoch, offset, at, expires at,
--         id of a superseded push, when that would have expired, ...}, or {'full'}

--@include inbox

local now = millis()
local taken = number('taken')
local left, older, bytes = {}, {}, 0
for _, kept in ipairs(sweep(now)) do
  if kept.id == ARGV[1] then
    return {'again', redis.call('HGET', KEYS[1], 'epoch'), kept.offset, kept.at, kept.expires}
  end
  if ARGV[3] ~= '-' and kept.collapse == ARGV[3] then
    older[#older + 1] = kept
  else
    left[#left + 1] = kept
    bytes = bytes + #kept.member
  end
end

local expires = now + tonumber(ARGV[2])
local member = table.concat({ARGV[1], whole(now), whole(expires), ARGV[3], ARGV[4]}, ' ')
local first = 1
while #left - first + 2 > tonumber(ARGV[6]) or bytes + #member > tonumber(ARGV[7]) do
  local oldest = left[first]
  if oldest == nil or oldest.offset > taken then return {'full'} end
  bytes = bytes - #oldest.member
  first = first + 1
end

for i = 1, first - 1 do redis.call('ZREM', KEYS[2], left[i].member) end
redis.call('HSETNX', KEYS[1], 'epoch', ARGV[5])
local offset = redis.call('HINCRBY', KEYS[1], 'head', 1)
local answer = {'stored', redis.call('HGET', KEYS[1], 'epoch'), offset, whole(now), whole(expires)}
for _, kept in ipairs(older) do
  redis.call('ZREM', KEYS[2], kept.member)
  if kept.offset > taken then
    answer[#answer + 1] = kept.id
    answer[#answer + 1] = kept.expires
  end
end
redis.call('ZADD', KEYS[2], offset, member)
for i = 1, 2 do
  if redis.call('PTTL', KEYS[i]) < expires - now then redis.call('PEXPIREAT', KEYS[i], whole(expires)) end
end
return answer
