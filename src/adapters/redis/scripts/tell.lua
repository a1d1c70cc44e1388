#!lua
-- Tell: keeps what a process says of itself, with the time of this server. One atomic step.
-- KEYS  1 figures
-- ARGV  1 process  2 what it says
-- Returns  told
local now = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], now[1] .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], 60000)
return 'told'
