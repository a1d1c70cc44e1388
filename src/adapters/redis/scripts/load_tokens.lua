#!lua
-- Load tokens: the free ones of a range of unit numbers. Rebuild, step 5; strategies other than
-- tokens have none.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 epoch  2 layout  3 from  4 to, at most 1,000 of them
-- Returns  loaded | rebuilding
--
-- -token says that somebody holds it (load); it goes when its range comes. A range that comes again
-- would free held ones, so the segment remembers in `available` how far it has come.

local segment = read_segment()
if not segment or segment.state ~= 'loading' or segment.epoch ~= tonumber(ARGV[1])
  or segment.layout ~= ARGV[2] or not is_whole(segment) then return 'rebuilding' end
if segment.strategy ~= 'tokens' then return 'loaded' end
local from, to = tonumber(ARGV[3]), tonumber(ARGV[4])
if to <= segment.available then return 'loaded' end
if from ~= segment.available + 1 then return 'rebuilding' end

local notes, free = {}, {}
for token = from, to do notes[#notes + 1] = '-' .. token end
local isHeld = segment.held > 0 and redis.call('SMISMEMBER', KEYS[5], unpack(notes)) or {}
for place, token in ipairs(notes) do
  if isHeld[place] ~= 1 then free[#free + 1] = string.sub(token, 2) end
end
if segment.held > 0 then redis.call('SREM', KEYS[5], unpack(notes)) end
if #free > 0 then redis.call('SADD', KEYS[5], unpack(free)) end
segment.available = to
save(segment, 'available')
return 'loaded'
