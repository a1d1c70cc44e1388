#!lua
-- Hear: what processes said of themselves a moment ago. Who is silent for long is forgotten.
-- KEYS  1 figures
-- ARGV  1 moment_seconds  2 long_seconds
-- Returns  per process: the figures
local now = tonumber(redis.call('TIME')[1])
local heard = {}
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local told_at, said = string.match(all[at + 1], '^(%d+) (.*)$')
  local seconds = math.abs(now - tonumber(told_at))
  if seconds <= tonumber(ARGV[1]) then
    heard[#heard + 1] = said
  elseif seconds > tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[1], all[at])
  end
end
return heard
