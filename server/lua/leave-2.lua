-- A node's farewell.
-- KEYS  1 nodes by their last heartbeat  2 node -> description
-- ARGV  1 node  2 channel of all nodes
-- Returns 1

redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('PUBLISH', ARGV[2], 'gone ' .. ARGV[1])
return 1
