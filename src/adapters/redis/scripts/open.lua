#!lua
-- Open: a loaded segment takes attempts from here on. Rebuild, step 5.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 epoch  2 layout  3 share  4 buyers  5 sale_version  6 price  7 currency  8 starts_at
--       9 ends_at  10 paused  11 closed  12 restocked
-- Returns  open | rebuilding
-- Keeps    share = available + returning + held + out
--
-- The free units of a rebuild rest first: some gateway may still remember "sold out" from the epoch
-- before. The first epoch, the preheat, has none before it.

local segment = read_segment()
local epoch = tonumber(ARGV[1])
if not segment or segment.epoch ~= epoch or segment.layout ~= ARGV[2]
  or not is_whole(segment) then return 'rebuilding' end
if segment.state == 'open' then return 'open' end
local free = tonumber(ARGV[3]) - segment.held
if redis.call('HLEN', KEYS[2]) - 1 ~= tonumber(ARGV[4]) or free < 0 then return 'rebuilding' end
if segment.strategy == 'tokens' and redis.call('SCARD', KEYS[5]) ~= free then
  return 'rebuilding'
end

segment.state, segment.share, segment.version = 'open', ARGV[3], segment.version + 1
segment.available = epoch == 1 and free or 0
if epoch ~= 1 then come_back(segment, free, now_ms()) end
save(segment, 'state', 'share', 'version', 'available', 'returning')
redis.call('HSET', KEYS[1],
  'sale_version', ARGV[5], 'price', ARGV[6], 'currency', ARGV[7], 'starts_at', ARGV[8],
  'ends_at', ARGV[9], 'paused', ARGV[10], 'closed', ARGV[11], 'restocked', ARGV[12])
return 'open'
