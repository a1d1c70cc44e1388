#!lua flags=no-writes
-- Scan: a page of what is held, or only of what is in transit.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout  2 held|in-transit  3 cursor  4 count
-- Returns  rebuilding | scanned epoch version cursor,
--          then per buyer: buyer_id, in-transit|recorded held

local segment = open_segment(ARGV[1])
if not segment then return { 'rebuilding' } end

local isMarks = ARGV[2] == 'in-transit'
local page = redis.call('HSCAN', KEYS[isMarks and 3 or 2], ARGV[3], 'COUNT', ARGV[4])
local reply = { 'scanned', segment.epoch, segment.version, page[1] }

local function add(buyer, held, isMarked)
  reply[#reply + 1] = buyer
  reply[#reply + 1] = (isMarked and 'in-transit ' or 'recorded ') .. held
end

for at = 1, #page[2], 2 do
  local key, value = page[2][at], page[2][at + 1]
  if key ~= 'epoch' and isMarks then
    local held = redis.call('HGET', KEYS[2], value)
    if held and read_held(held) == key then add(value, held, true) end
  elseif key ~= 'epoch' then
    add(key, value, redis.call('HEXISTS', KEYS[3], (read_held(value))) == 1)
  end
end
return reply
