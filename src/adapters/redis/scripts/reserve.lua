#!lua
-- Reserve: decide attempts of this segment's buyers, in order. Refusals write nothing.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout, then every attempt's buyer_id, then every attempt's order_id:units
-- Returns  rebuilding | decided epoch version left price currency sale_version starts_at common,
--          then place and answer of each that has not the common one: taken [tokens] |
--          already-reserved in-transit|recorded held | not-started | ended | paused | sold-out
-- Keeps    share = available + returning + held + out

local segment = open_segment(ARGV[1])
if not segment then return { 'rebuilding' } end
local now, resting = now_ms(), segment.returning
mature(segment, now)
local common, available = 'taken', segment.available
if segment.closed == 1 or now >= segment.ends_at then common = 'ended'
elseif now < segment.starts_at then common = 'not-started'
elseif segment.paused == 1 then common = 'paused'
elseif available == 0 then common = 'sold-out' end
local mine, buyers, marks, others = {}, {}, {}, {}

local function already(held)
  local isMarked = redis.call('HEXISTS', KEYS[3], (read_held(held))) == 1
  return 'already-reserved ' .. (isMarked and 'in-transit ' or 'recorded ') .. held
end

local function take(buyer, asked)
  if mine[buyer] then return 'already-reserved in-transit ' .. mine[buyer] end
  local order_id, units = read_held(asked)
  if units > available then return 'sold-out' end
  local answer, held, at = 'taken', asked, #buyers
  if segment.strategy == 'tokens' then
    local tokens = table.concat(redis.call('SPOP', KEYS[5], units), ',')
    answer, held = 'taken ' .. tokens, asked .. ':' .. tokens
  end
  available, mine[buyer] = available - units, held
  buyers[at + 1], buyers[at + 2] = buyer, held
  marks[at + 1], marks[at + 2] = order_id, buyer
  return answer
end

local count = (#ARGV - 1) / 2
for place, held in ipairs(redis.call('HMGET', KEYS[2], unpack(ARGV, 2, 1 + count))) do
  local answer = common
  if held then answer = already(held)
  elseif common == 'taken' then answer = take(ARGV[1 + place], ARGV[1 + count + place]) end
  if answer ~= common then others[#others + 1], others[#others + 2] = place, answer end
end

local taken, units = #buyers / 2, segment.available - available
segment.version, segment.available = segment.version + taken, available
segment.held, segment.in_transit = segment.held + units, segment.in_transit + units
if taken > 0 then redis.call('HSET', KEYS[2], unpack(buyers)) end
if taken > 0 then redis.call('HSET', KEYS[3], unpack(marks)) end
if taken > 0 or segment.returning ~= resting then
  save(segment, 'version', 'available', 'returning', 'held', 'in_transit')
end
return {
  'decided', segment.epoch, segment.version, available + segment.returning + segment.out,
  segment.price, segment.currency, segment.sale_version, segment.starts_at, common, unpack(others),
}
