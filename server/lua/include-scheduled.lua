-- Shared by the scripts on what is to be done later. A position is '<when it is due>:<number>', each of 16 digits; the order is
-- a sorted set of '<position> <id>', the items are a hash of '<position> <text>' by id.

local function millis()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function padded(number)
  return string.format('%016.0f', number)
end

-- Position and text of an item.
local function parts(item)
  return string.sub(item, 1, 33), string.sub(item, 35)
end
