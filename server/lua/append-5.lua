-- Appends one event to a room's log and tells the room's channel, all or nothing.
-- KEYS  1, 2 see include-append  3 idempotency key (the feed again if there is none)
--       4 room, 5 when its user last wrote in slow mode (both the feed again if the append is not paced)
-- ARGV  1 to 10 see include-append  11 for how many ms the key is remembered (0: there is no key)
--       12 paced appends per second and room, with a burst of twice as many (0: not limited)
--       13 'paced', 'exempt' from slow mode, or '' if the append is not paced
-- Returns {epoch, offset, microseconds, 1 if the key was used before, else 0, ms until the user may write again},
--         or {'slow_mode' or 'room_messages', ms to wait} if nothing was appended

--@include log
--@include append

local now = micros()
local feed = feedToAppend(now)

-- In microseconds. The moment is kept and not the gap, so that a change of the gap holds at once.
local gap, wait = 0, 0
if ARGV[13] == 'paced' then
  gap = tonumber(redis.call('HGET', KEYS[4], 'slowModeMs') or 0) * 1000
  if gap > 0 then wait = math.max(0, tonumber(redis.call('GET', KEYS[5]) or -gap) + gap - now) end
end
local function inMs(duration)
  return math.ceil(duration / 1000)
end

local remember = tonumber(ARGV[11])
if remember > 0 then
  local first = redis.call('GET', KEYS[3])
  if first then
    local epoch, offset, at = string.match(first, '^(%S+) (%d+) (%d+)$')
    return {epoch, tonumber(offset), at, 1, inMs(wait)}
  end
end

if wait > 0 then return {'slow_mode', inMs(wait)} end
local perSecond = tonumber(ARGV[12])
if perSecond > 0 and ARGV[13] ~= '' then
  -- A token bucket that holds two seconds' worth, kept as the moment at which it is full again.
  local full = math.max(now, feed.full) + 1000000 / perSecond
  if full - now > 2000000 then return {'room_messages', inMs(full - now - 2000000)} end
  feed.full = full
end
if gap > 0 then redis.call('SET', KEYS[5], whole(now), 'PX', inMs(gap)) end

local offset, at = appendEvent(feed, now)
if remember > 0 then
  redis.call('SET', KEYS[3], feed.epoch .. ' ' .. offset .. ' ' .. at, 'PX', remember)
end
return {feed.epoch, feed.head, at, 0, inMs(gap)}
