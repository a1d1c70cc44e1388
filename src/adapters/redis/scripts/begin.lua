#!lua flags=allow-oom
-- Begin: forget this segment, and take no attempts until it is opened. Rebuild, step 2.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 epoch  2 strategy  3 layout
-- Returns  begun | superseded | rebuilding
--
-- layout: how many segments@which home database. What another home has left here counts for
-- nothing.

local id = replication_id()
if not id then return 'rebuilding' end
local epoch = tonumber(ARGV[1])
local before = read_segment()
local function home_of(layout) return string.match(layout, '@.*$') end
local isOurs = before and home_of(before.layout) == home_of(ARGV[3])
if isOurs and (before.epoch > epoch or (before.epoch == epoch and before.state == 'open')) then
  return 'superseded'
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
redis.call('HSET', KEYS[1],
  'epoch', epoch, 'state', 'loading', 'strategy', ARGV[2], 'replication_id', id,
  'layout', ARGV[3], 'segments', string.match(ARGV[3], '^%d+'),
  'version', (before and before.version or 0) + 1,
  'share', 0, 'available', 0, 'returning', 0, 'held', 0, 'out', 0, 'in_transit', 0,
  'sale_version', 0, 'restocked', 0)
redis.call('HSET', KEYS[2], 'epoch', epoch)
redis.call('HSET', KEYS[3], 'epoch', epoch)
return 'begun'
