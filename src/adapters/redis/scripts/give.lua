#!lua
-- Give: the units of a transfer arrive here, once.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout  2 epoch  3 from, a place among the segments  4 number  5 units
-- Returns  given | rebuilding
-- Keeps    share = available + returning + held + out

local segment = open_segment(ARGV[1])
if not segment or segment.epoch ~= tonumber(ARGV[2]) then return 'rebuilding' end
local latest = tonumber(redis.call('HGET', KEYS[1], 'in:' .. ARGV[3]) or 0)
local number, units = tonumber(ARGV[4]), tonumber(ARGV[5])
if number <= latest then return 'given' end
if number > latest + 1 then return 'rebuilding' end

redis.call('HSET', KEYS[1], 'in:' .. ARGV[3], number)
segment.share, segment.available = segment.share + units, segment.available + units
segment.version = segment.version + 1
save(segment, 'version', 'share', 'available')
return 'given'
