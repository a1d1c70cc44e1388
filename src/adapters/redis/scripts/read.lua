#!lua flags=no-writes
-- Read: the numbers of the segment at one instant. What has rested counts as available.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout
-- Returns  absent | loading|open epoch version sale_version share available returning held out
--          in_transit buyers rests (ms, or -1), then the places it has units on their way to
--
-- A segment that is not whole is loading: it takes no attempts until it is rebuilt. While tokens
-- are loaded, available says how far that has come.

local segment = read_segment()
if not segment then return { 'absent' } end
local isWhole = segment.layout == ARGV[1] and is_whole(segment)
local isOpen = isWhole and segment.state == 'open'
local units, _, rests = 0, 0, -1
if isOpen then units, _, rests = rested(segment, now_ms()) end
local to = {}
if segment.out > 0 then
  for place = 0, segment.segments - 1 do
    if redis.call('HEXISTS', KEYS[1], 'out:' .. place) == 1 then to[#to + 1] = place end
  end
end
return {
  isOpen and 'open' or 'loading', segment.epoch, segment.version, segment.sale_version,
  segment.share, segment.available + units, segment.returning - units, segment.held, segment.out,
  segment.in_transit, math.max(0, redis.call('HLEN', KEYS[2]) - 1), rests, unpack(to),
}
