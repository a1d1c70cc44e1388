#!lua flags=allow-oom
-- Apply: take over a newer copy of the sale row. Units count by the cumulative number, of which
-- this segment has its part, so that a copy that comes again adds nothing; they rest like all that
-- come back.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 epoch  2 layout  3 place among the segments, from 0  4 sale_version  5 price  6 currency
--       7 starts_at  8 ends_at  9 paused  10 closed  11 restocked
-- Returns  applied | partly | current | rebuilding
-- Keeps    share = available + returning + held + out
--
-- New units of the strategy tokens are numbered on from the last, 5,000 a call: partly asks for
-- another.

local segment = open_segment(ARGV[2])
if not segment or segment.epoch ~= tonumber(ARGV[1]) then return 'rebuilding' end
if tonumber(ARGV[4]) <= segment.sale_version then return 'current' end

local function part_of(units)
  return math.floor((units + segment.segments - 1 - ARGV[3]) / segment.segments)
end
local restocked = math.max(tonumber(ARGV[11]), segment.restocked) -- a newer copy may be partly here
local isPartly = segment.strategy == 'tokens' and restocked - segment.restocked > 5000
if isPartly then restocked = segment.restocked + 5000 end
local added = part_of(restocked) - part_of(segment.restocked)

if segment.strategy == 'tokens' and added > 0 then
  local fresh = {}
  for token = segment.share + 1, segment.share + added do fresh[#fresh + 1] = token end
  redis.call('SADD', KEYS[5], unpack(fresh))
end
segment.share, segment.version = segment.share + added, segment.version + 1
segment.restocked = restocked
come_back(segment, added, now_ms())
save(segment, 'share', 'version', 'returning', 'restocked')
if isPartly then return 'partly' end
redis.call('HSET', KEYS[1],
  'sale_version', ARGV[4], 'price', ARGV[5], 'currency', ARGV[6], 'starts_at', ARGV[7],
  'ends_at', ARGV[8], 'paused', ARGV[9], 'closed', ARGV[10])
return 'applied'
