#!lua
-- Load: what home says is live, one chunk. A chunk that comes again changes nothing. Rebuild,
-- step 5.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- ARGV  1 epoch  2 layout, then per buyer: buyer_id, order_id:units[:tokens]
-- Returns  loaded | rebuilding
--
-- A token that somebody holds is noted as -token, so that load_tokens leaves it out.

local segment = read_segment()
if not segment or segment.state ~= 'loading' or segment.epoch ~= tonumber(ARGV[1])
  or segment.layout ~= ARGV[2] or not is_whole(segment) then return 'rebuilding' end

local function note_tokens(command, tokens)
  for _, token in ipairs(list_of(tokens)) do redis.call(command, KEYS[5], '-' .. token) end
end

for at = 3, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[2], ARGV[at])
  if before then
    local _, units, tokens = read_held(before)
    segment.held = segment.held - units
    if segment.strategy == 'tokens' then note_tokens('SREM', tokens) end
  end
  local _, units, tokens = read_held(ARGV[at + 1])
  segment.held = segment.held + units
  if segment.strategy == 'tokens' then note_tokens('SADD', tokens) end
  redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
end
save(segment, 'held')
return 'loaded'
