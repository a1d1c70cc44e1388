#!lua
-- Take: a transfer to another segment begins here. One at a time to each: while one is open it is
-- that.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout  2 to, a place among the segments  3 units that are wanted there
-- Returns  rebuilding | nothing | taken epoch number units
-- Keeps    share = available + returning + held + out
--
-- Half of what is here goes, or all that is wanted if that is more: soon again would cost the same
-- again.

local segment = open_segment(ARGV[1])
if not segment then return { 'rebuilding' } end

local before = redis.call('HGET', KEYS[1], 'out:' .. ARGV[2])
if before then
  local number, units = string.match(before, '^(%d+):(%d+)$')
  return { 'taken', segment.epoch, tonumber(number), tonumber(units) }
end
mature(segment, now_ms())
local wanted = tonumber(ARGV[3])
local units = math.min(segment.available, math.max(wanted, math.ceil(segment.available / 2)))
if wanted == 0 or units == 0 then
  save(segment, 'available', 'returning')
  return { 'nothing' }
end
local number = redis.call('HINCRBY', KEYS[1], 'sent:' .. ARGV[2], 1)
redis.call('HSET', KEYS[1], 'out:' .. ARGV[2], string.format('%d:%d', number, units))
segment.available, segment.out = segment.available - units, segment.out + units
segment.version = segment.version + 1
save(segment, 'version', 'available', 'returning', 'out')
return { 'taken', segment.epoch, number, units }
