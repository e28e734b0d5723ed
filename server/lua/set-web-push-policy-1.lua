-- Keeps when a user's browsers are to be woken.
-- KEYS  1 the user's browsers: hash of policy (JSON), and of each browser s:<id> ('<registered at> <JSON>')
-- ARGV  1 JSON  2 for how many ms it is kept
-- Returns nothing

redis.call('HSET', KEYS[1], 'policy', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
