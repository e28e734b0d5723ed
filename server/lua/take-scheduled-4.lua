-- Gives what is due to the holder of a lease, each item once, unless somebody came with a later fence before.
-- KEYS  1 items  2 order  3 the latest fence that was taken with  4 given: fence by id
-- ARGV  1 fence  2 how many at most  3 for how many ms the fence is remembered
-- Returns {id, position, text, ...}

--@include scheduled

if tonumber(redis.call('GET', KEYS[3]) or 0) > tonumber(ARGV[1]) then return {} end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[3])
local limit = tonumber(ARGV[2])
local most = redis.call('HLEN', KEYS[4]) + limit
local answer = {}
for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], '-', '[' .. padded(millis()) .. ';', 'LIMIT', 0, most)) do
  local id = string.sub(member, 35)
  if redis.call('HGET', KEYS[4], id) ~= ARGV[1] then
    redis.call('HSET', KEYS[4], id, ARGV[1])
    local position, text = parts(redis.call('HGET', KEYS[1], id))
    local at = #answer
    answer[at + 1], answer[at + 2], answer[at + 3] = id, position, text
    if #answer >= limit * 3 then break end
  end
end
return answer
