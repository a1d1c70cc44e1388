#!lua flags=no-writes
-- Read buyers: what each of them holds.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout, then buyer_ids
-- Returns  rebuilding | per buyer: nothing | in-transit held | recorded held

if not open_segment(ARGV[1]) then return { 'rebuilding' } end
local answers = {}
for at = 2, #ARGV do
  local held = redis.call('HGET', KEYS[2], ARGV[at])
  local isMarked = held and redis.call('HEXISTS', KEYS[3], (read_held(held))) == 1
  answers[#answers + 1] = held and (isMarked and 'in-transit ' or 'recorded ') .. held or 'nothing'
end
return answers
