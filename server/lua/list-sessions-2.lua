-- Lists the sessions of a user.
-- KEYS  1 the user's connected sessions  2 the user's away sessions
-- ARGV  1 what the keys of the user's sessions begin with (they are in the same slot)
-- Returns {session id, {fields and values}, ...}

local found = {}
for _, key in ipairs(KEYS) do
  for _, session in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    local fields = redis.call('HGETALL', ARGV[1] .. session)
    if #fields > 0 then
      found[#found + 1] = session
      found[#found + 1] = fields
    end
  end
end
return found
