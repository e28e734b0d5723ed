-- Lists where the connected sessions of users are.
-- KEYS  1 the first user's connected sessions (what is asked for is in the same slot)
-- ARGV  for each user: the user's connected sessions, what the keys of the user's sessions begin with
-- Returns {{session id, node, ...}, ...}, as many as there are users

local found = {}
for at = 1, #ARGV, 2 do
  local places = {}
  for _, session in ipairs(redis.call('ZRANGE', ARGV[at], 0, -1)) do
    local node = redis.call('HGET', ARGV[at + 1] .. session, 'node')
    if node then
      places[#places + 1] = session
      places[#places + 1] = node
    end
  end
  found[#found + 1] = places
end
return found
