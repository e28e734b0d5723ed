-- Shared by the scripts on a user's inbox. KEYS[1] is a hash of epoch, head (the offset of the newest push), taken (up to where
-- any device has acknowledged) and one field `d:<device>` for each device (up to where it has); KEYS[2] holds the pushes by
-- offset, each '<id> <at> <expires at> <collapse key or -> <json>'; KEYS[3] holds the user's devices by when they were last seen.

local deviceKeptMs = 30 * 24 * 3600 * 1000

local function millis()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

local function number(field)
  return tonumber(redis.call('HGET', KEYS[1], field) or 0)
end

-- Drops what has expired, and what every known device has; returns what is left, in order.
local function sweep(now)
  local had = nil
  for _, device in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    local cursor = number('d:' .. device)
    if had == nil or cursor < had then had = cursor end
  end
  local left = {}
  local found = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local member, offset = found[i], tonumber(found[i + 1])
    local id, at, expires, collapse = string.match(member, '^(%S+) (%S+) (%S+) (%S+) ')
    if tonumber(expires) <= now or (had ~= nil and offset <= had) then
      redis.call('ZREM', KEYS[2], member)
    else
      left[#left + 1] = {
        id = id, at = at, expires = expires, collapse = collapse, offset = offset, member = member
      }
    end
  end
  return left
end
