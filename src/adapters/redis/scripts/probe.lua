#!lua
-- Probe: do scripts that write run here, and may this user call all that they call? It leaves no
-- key. Redis refuses it, like every other, while it is read-only, out of memory or without the
-- replicas it insists on.
-- KEYS
-- ARGV
-- Returns  ready

local KEY = 'seckill:probe'
local CALLS = {
  { 'TIME' }, { 'INFO', 'replication' }, { 'UNLINK', KEY },
  { 'HSET', KEY, 'a', 1 }, { 'HINCRBY', KEY, 'a', 1 }, { 'HGET', KEY, 'a' }, { 'HMGET', KEY, 'a' },
  { 'HGETALL', KEY }, { 'HEXISTS', KEY, 'a' }, { 'HLEN', KEY }, { 'HSCAN', KEY, 0 },
  { 'HDEL', KEY, 'a' },
  { 'RPUSH', KEY, 1 }, { 'LRANGE', KEY, 0, 0 }, { 'LLEN', KEY }, { 'RENAME', KEY, KEY },
  { 'PEXPIRE', KEY, 1000 }, { 'LPOP', KEY, 1 },
  { 'SADD', KEY, 1, 2 }, { 'SCARD', KEY }, { 'SMISMEMBER', KEY, 1 }, { 'SREM', KEY, 1 },
  { 'SPOP', KEY, 1 },
}

-- In a cluster the key is one primary's: the others say so, but first what the user may not do.
for _, call in ipairs(CALLS) do
  local answer = redis.pcall(unpack(call))
  local fault = type(answer) == 'table' and answer.err
  if fault and not string.find(fault, 'non local key', 1, true) then
    redis.pcall('UNLINK', KEY)
    return redis.error_reply(call[1] .. ': ' .. fault)
  end
end
return 'ready'
