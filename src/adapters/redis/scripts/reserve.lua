#!lua
-- Reserve: decide attempts of this segment's buyers, in order. Refusals write nothing.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 segments, then per attempt: buyer_id, order_id:units
-- Returns  rebuilding | decided epoch version left price currency sale_version starts_at common,
--          then for every attempt whose answer is not the common one: place, answer
--          answer: taken [tokens] | already-reserved in-transit|recorded held | not-started | ended | paused | sold-out
-- Keeps    share = available + returning + held + out

local segment = open_segment(ARGV[1])
if not segment then return { 'rebuilding' } end

local now = now_ms()
local resting = segment.returning
mature(segment, now)

local function refusal()
  if segment.closed == 1 or now >= segment.ends_at then return 'ended' end
  if now < segment.starts_at then return 'not-started' end
  if segment.paused == 1 then return 'paused' end
  return segment.available == 0 and 'sold-out' or nil
end

local asking = {}
for at = 2, #ARGV, 2 do asking[#asking + 1] = ARGV[at] end
local found = redis.call('HMGET', KEYS[2], unpack(asking))
local common, mine, buyers, marks, others = refusal() or 'taken', {}, {}, {}, {}

local function already(held)
  local isMarked = redis.call('HEXISTS', KEYS[3], (read_held(held))) == 1
  return 'already-reserved ' .. (isMarked and 'in-transit ' or 'recorded ') .. held
end

local function take(buyer, asked)
  local order_id, units = read_held(asked)
  if units > segment.available then return 'sold-out' end
  local answer, held = 'taken', asked
  if segment.strategy == 'tokens' then
    local tokens = table.concat(redis.call('SPOP', KEYS[5], units), ',')
    answer, held = 'taken ' .. tokens, asked .. ':' .. tokens
  end
  segment.available = segment.available - units
  segment.held = segment.held + units
  segment.in_transit = segment.in_transit + units
  segment.version = segment.version + 1
  mine[buyer] = held
  buyers[#buyers + 1], buyers[#buyers + 2] = buyer, held
  marks[#marks + 1], marks[#marks + 2] = order_id, buyer
  return answer
end

for place, buyer in ipairs(asking) do
  local answer = common
  if found[place] then answer = already(found[place])
  elseif mine[buyer] then answer = 'already-reserved in-transit ' .. mine[buyer]
  elseif common == 'taken' then answer = take(buyer, ARGV[2 * place + 1]) end
  if answer ~= common then others[#others + 1], others[#others + 2] = place, answer end
end

if #buyers > 0 then
  redis.call('HSET', KEYS[2], unpack(buyers))
  redis.call('HSET', KEYS[3], unpack(marks))
  save(segment, 'version', 'available', 'returning', 'held', 'in_transit')
elseif segment.returning ~= resting then
  save(segment, 'available', 'returning')
end

local left = segment.available + segment.returning + segment.out
return {
  'decided', segment.epoch, segment.version, left,
  segment.price, segment.currency, segment.sale_version, segment.starts_at, common, unpack(others),
}
