#!lua
-- Done: a transfer has arrived, its units are no longer this segment's.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 layout  2 epoch  3 to, a place among the segments  4 number
-- Returns  done | rebuilding
-- Keeps    share = available + returning + held + out

local segment = open_segment(ARGV[1])
if not segment or segment.epoch ~= tonumber(ARGV[2]) then return 'rebuilding' end
local open = redis.call('HGET', KEYS[1], 'out:' .. ARGV[3])
local number, units = string.match(open or '', '^(%d+):(%d+)$')
if tonumber(number) ~= tonumber(ARGV[4]) then return 'done' end

redis.call('HDEL', KEYS[1], 'out:' .. ARGV[3])
segment.share, segment.out = segment.share - units, segment.out - units
segment.version = segment.version + 1
save(segment, 'version', 'share', 'out')
return 'done'
