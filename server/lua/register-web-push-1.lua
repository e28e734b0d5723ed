-- Keeps a browser of a user.
-- KEYS  1 the user's browsers: hash of policy (JSON), and of each browser s:<id> ('<registered at> <JSON>')
-- ARGV  1 id  2 JSON  3 for how many ms it is kept  4 how many a user may have
-- Returns nothing

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HSET', KEYS[1], 's:' .. ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local kept = {}
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  if string.sub(all[index], 1, 2) == 's:' then
    local at = tonumber(string.match(all[index + 1], '^%d+'))
    if at + tonumber(ARGV[3]) <= now then
      redis.call('HDEL', KEYS[1], all[index])
    elseif all[index] ~= 's:' .. ARGV[1] then
      kept[#kept + 1] = {field = all[index], at = at}
    end
  end
end
table.sort(kept, function(a, b) return a.at < b.at end)
for index = 1, #kept + 1 - tonumber(ARGV[4]) do redis.call('HDEL', KEYS[1], kept[index].field) end
