-- Appends events to a room's log in the order given and tells the room's channel, all or nothing; each is judged for
-- itself by its idempotency key and the room's pace.
-- KEYS  1, 2 see include-append  3, 4 first answers by idempotency key: a hash that fills, and the one that filled before it
--       5 room  6 users by the microseconds of their last word in slow mode
-- ARGV  1 to 8 see include-append  9 for how many ms a key is remembered
--       10 paced appends per second and room, with a burst of twice as many (0: not limited)
--       then for each event: name, data (JSON), key ('' if none), pace: 'by <user>', 'exempt' from slow mode, or '' if
--       the append is not paced
-- Returns {epoch, offset of the first that was appended, its microseconds, and in pairs, for some of those given, its place
-- (from 0) and what is to be said of it: 'again <epoch> <offset>-<microseconds> <ms to wait>' if its key was used before,
-- 'wait <ms>' if it was appended and its user is to wait, 'slow_mode <ms>', 'room_messages <ms>' or 'room_deleted' if it was refused}.
-- Those that were appended have consecutive offsets and microseconds.

--@include log
--@include append

local now = micros()
local feed = feedToAppend(now)
local remember, perSecond = tonumber(ARGV[9]), tonumber(ARGV[10])
local forgotten = now - remember * 1000

local function inMs(duration)
  return whole(math.ceil(duration / 1000))
end

-- The first answers to those keys that were used before and not too long ago, and since when the first hash fills: its
-- field ''.
local function firstAnswers()
  local asked, known = {''}, {}
  for index = 13, #ARGV, 4 do
    if ARGV[index] ~= '' then asked[#asked + 1] = ARGV[index] end
  end
  if #asked == 1 then return known end
  local filling, filled = redis.call('HMGET', KEYS[3], unpack(asked)), redis.call('HMGET', KEYS[4], unpack(asked))
  for place = 2, #asked do
    local answer = filling[place] or filled[place]
    if answer and tonumber(string.match(answer, '%d+$')) > forgotten then known[asked[place]] = answer end
  end
  return known, filling[1] and tonumber(filling[1])
end

-- A hash fills for as long as a key is remembered, and is looked into for as long again: that is its TTL.
local function rememberAnswers(answers, since)
  if since and since <= forgotten then
    redis.call('UNLINK', KEYS[4])
    redis.call('RENAME', KEYS[3], KEYS[4])
    since = nil
  end
  if not since then
    redis.call('HSET', KEYS[3], '', whole(now))
    redis.call('PEXPIRE', KEYS[3], whole(remember * 2))
  end
  redis.call('HSET', KEYS[3], unpack(answers))
end

-- In microseconds; looked up when the first event asks.
local gap
local function slowMode()
  gap = gap or tonumber(redis.call('HGET', KEYS[5], 'slowModeMs') or 0) * 1000
  return gap
end

-- How long a user still waits. The moment of a word is kept and not the gap, so that a change of the gap holds at once.
local function waitOf(user)
  local last = redis.call('ZSCORE', KEYS[6], user)
  return last and math.max(0, tonumber(last) + gap - now) or 0
end

local function noteWord(user)
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', whole(now - gap))
  redis.call('ZADD', KEYS[6], whole(now), user)
  redis.call('PEXPIRE', KEYS[6], inMs(gap))
end

-- A token bucket that holds two seconds' worth, kept as the moment at which it is full again. Returns how long it is
-- empty, having taken nothing then.
local function takeToken()
  if perSecond == 0 then return 0 end
  local full = math.max(now, feed.full) + 1000000 / perSecond
  if full - now > 2000000 then return full - now - 2000000 end
  feed.full = full
  return 0
end

if feed.deleted then
  local refused = {}
  for index = 11, #ARGV, 4 do
    refused[#refused + 1] = (index - 11) / 4
    refused[#refused + 1] = 'room_deleted'
  end
  return {feed.epoch, feed.head, whole(feed.at), unpack(refused)}
end

local known, since = firstAnswers()
local batch = beginBatch(feed, now)
local said, answers = {}, {}

local function say(place, words)
  said[#said + 1] = place
  said[#said + 1] = words
end

local function add(name, data, key)
  local id = appendEvent(batch, name, data)
  if key == '' then return end
  known[key] = feed.epoch .. ' ' .. id
  answers[#answers + 1] = key
  answers[#answers + 1] = known[key]
end

for index = 11, #ARGV, 4 do
  local place, key, pace = (index - 11) / 4, ARGV[index + 2], ARGV[index + 3]
  -- Whom slow mode holds, if there is any.
  local user = pace ~= '' and slowMode() > 0 and string.match(pace, '^by (.+)$')
  local first, wait = key ~= '' and known[key], user and waitOf(user) or 0
  if first then
    say(place, 'again ' .. first .. ' ' .. inMs(wait))
  elseif wait > 0 then
    say(place, 'slow_mode ' .. inMs(wait))
  else
    local empty = pace ~= '' and takeToken() or 0
    if empty > 0 then
      say(place, 'room_messages ' .. inMs(empty))
    else
      add(ARGV[index], ARGV[index + 1], key)
      if user then
        noteWord(user)
        say(place, 'wait ' .. inMs(gap))
      end
    end
  end
end

if #answers > 0 then rememberAnswers(answers, since) end
endBatch(batch)
return {feed.epoch, batch.offset, whole(batch.at), unpack(said)}
