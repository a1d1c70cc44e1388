#!lua flags=allow-oom
-- Record: the ledger has decided these orders, they are no longer in transit.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout, then per order: buyer_id, order_id
-- Returns  rebuilding | per order: recorded | not-held

local segment = open_segment(ARGV[1])
if not segment then return { 'rebuilding' } end

local answers = {}
for at = 2, #ARGV, 2 do
  local held = redis.call('HGET', KEYS[2], ARGV[at])
  local order_id, units = read_held(held or ':')
  local isHeld = held and order_id == ARGV[at + 1]
  if isHeld and redis.call('HDEL', KEYS[3], order_id) == 1 then
    segment.in_transit = segment.in_transit - units
  end
  answers[#answers + 1] = isHeld and 'recorded' or 'not-held'
end
save(segment, 'in_transit')
return answers
