#!lua flags=allow-oom
-- Release: give the units of these orders back, once, in the epoch in which home gave them.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout, then per order: buyer_id, order_id, epoch
-- Returns  rebuilding | per order: released | not-held | rebuilding
-- Keeps    share = available + returning + held + out

local segment = open_segment(ARGV[1])
if not segment then return { 'rebuilding' } end

local back = 0
local function release(buyer, order)
  local held = redis.call('HGET', KEYS[2], buyer)
  local order_id, units, tokens = read_held(held or ':')
  if not held or order_id ~= order then return 'not-held' end
  redis.call('HDEL', KEYS[2], buyer)
  if redis.call('HDEL', KEYS[3], order) == 1 then
    segment.in_transit = segment.in_transit - units
  end
  if segment.strategy == 'tokens' then redis.call('SADD', KEYS[5], unpack(list_of(tokens))) end
  segment.held = segment.held - units
  segment.version = segment.version + 1
  back = back + units
  return 'released'
end

local answers = {}
for at = 2, #ARGV, 3 do
  local isCurrent = tonumber(ARGV[at + 2]) == segment.epoch
  answers[#answers + 1] = isCurrent and release(ARGV[at], ARGV[at + 1]) or 'rebuilding'
end
if back > 0 then
  local now = now_ms()
  mature(segment, now)
  come_back(segment, back, now)
  save(segment, 'version', 'held', 'available', 'returning', 'in_transit')
end
return answers
