#!lua
-- Admit: let attempts of one bucket's buyers through, each within its quota of any window. What is
-- refused does not count.
-- KEYS  1 young  2 old
-- ARGV  1 window_ms, then per attempt: sale_id:buyer_id, quota
-- Returns  per attempt: admitted | the milliseconds to wait
--
-- Per buyer and sale the instants of those let through, oldest first. Who came again is written to
-- young; once young is as old as a window it becomes old, and what nobody has touched since goes
-- with it.

local window_ms = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local fields = { 'turned_at' }
for at = 2, #ARGV, 2 do fields[#fields + 1] = ARGV[at] end
local young = redis.call('HMGET', KEYS[1], unpack(fields))
local old = redis.call('HMGET', KEYS[2], unpack(fields))

-- What a clock wrote that was ahead of this one counts for a window at most.
if young[1] and math.abs(now - young[1]) >= window_ms then
  redis.call('UNLINK', KEYS[2])
  redis.call('RENAME', KEYS[1], KEYS[2])
  young, old = {}, young
end

local known = {}
local function recent_of(place)
  local recent = known[fields[place]] or {}
  if known[fields[place]] then return recent end
  for at in string.gmatch(young[place] or old[place] or '', '%d+') do
    if math.abs(now - at) < window_ms then recent[#recent + 1] = at end
  end
  known[fields[place]] = recent
  return recent
end

local answers, changed = {}, {}
for place = 2, #fields do
  local recent, quota = recent_of(place), tonumber(ARGV[2 * place - 1])
  if #recent < quota then
    recent[#recent + 1] = now
    changed[fields[place]] = recent
    answers[#answers + 1] = 'admitted'
  else
    answers[#answers + 1] = recent[#recent - quota + 1] + window_ms - now
  end
end

if next(changed) then
  local pairs_of = { 'turned_at', young[1] or now }
  for field, recent in pairs(changed) do
    pairs_of[#pairs_of + 1], pairs_of[#pairs_of + 2] = field, table.concat(recent, ',')
  end
  redis.call('HSET', KEYS[1], unpack(pairs_of))
  redis.call('PEXPIRE', KEYS[1], 2 * window_ms)
end
return answers
