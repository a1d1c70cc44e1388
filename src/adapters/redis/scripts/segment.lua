-- What every script on one segment begins with: the loader puts these lines, and REST_MS, before.
-- KEYS  1 segment  2 buyers  3 in_transit  4 returning  5 tokens
-- Keeps    share = available + returning + held + out
--
-- A segment is whole when it was begun by this home database, on this very primary, and nothing of
-- it is missing: buyers and in_transit carry its epoch, what rests is listed, and every free unit
-- has its token. A restart, a promotion and a lost key all show here, and nobody can claim
-- otherwise: the id is Redis's own.

local NUMBERS = {
  'epoch', 'segments', 'version', 'share', 'available', 'returning', 'held', 'out', 'in_transit',
  'sale_version', 'price', 'starts_at', 'ends_at', 'paused', 'closed', 'restocked',
}
local TEXTS = { 'state', 'strategy', 'layout', 'replication_id', 'currency' }
local FIELDS = {}
for _, field in ipairs(NUMBERS) do FIELDS[#FIELDS + 1] = field end
for _, field in ipairs(TEXTS) do FIELDS[#FIELDS + 1] = field end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- New at every promotion and every restart; nil on a replica.
local function replication_id()
  local info = redis.call('INFO', 'replication')
  if not string.find(info, 'role:master', 1, true) then return nil end
  return string.match(info, 'master_replid:(%x+)')
end

-- The numbers of the segment as they are written; nil: it is not there.
local function read_segment()
  local values = redis.call('HMGET', KEYS[1], unpack(FIELDS))
  if not values[1] then return nil end
  local segment = {}
  for at, field in ipairs(FIELDS) do
    segment[field] = at <= #NUMBERS and tonumber(values[at]) or values[at]
  end
  return segment
end

local function is_whole(segment)
  local epoch = tostring(segment.epoch)
  if segment.replication_id ~= replication_id() then return false end
  if redis.call('HGET', KEYS[2], 'epoch') ~= epoch then return false end
  if redis.call('HGET', KEYS[3], 'epoch') ~= epoch then return false end
  if segment.state == 'loading' then return true end
  if (segment.returning > 0) ~= (redis.call('LLEN', KEYS[4]) > 0) then return false end
  if segment.strategy ~= 'tokens' then return true end
  return redis.call('SCARD', KEYS[5]) == segment.available + segment.returning
end

-- The segment if attempts may be decided on it; nil: rebuilding.
local function open_segment(layout)
  local segment = read_segment()
  if not segment or segment.state ~= 'open' or segment.layout ~= layout then return nil end
  return is_whole(segment) and segment or nil
end

-- How much of what came back has rested, in how many entries, and for how long the next one will,
-- or -1. What should rest for longer than REST_MS came back by a clock that was ahead of this one,
-- and has rested.
local function rested(segment, now)
  local units, entries, rests = 0, 0, -1
  if segment.returning == 0 then return units, entries, rests end
  for _, entry in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
    local at, count = string.match(entry, '^(%d+):(%d+)$')
    if tonumber(at) > now and tonumber(at) <= now + REST_MS then
      rests = at - now
      break
    end
    units, entries = units + count, entries + 1
  end
  return units, entries, rests
end

-- What has rested may be sold again.
local function mature(segment, now)
  local units, entries = rested(segment, now)
  if entries == 0 then return end
  redis.call('LPOP', KEYS[4], entries)
  segment.available = segment.available + units
  segment.returning = segment.returning - units
end

-- Units that come back, by whatever way, rest before they are sold again.
local function come_back(segment, units, now)
  if units == 0 then return end
  redis.call('RPUSH', KEYS[4], string.format('%d:%d', now + REST_MS, units))
  segment.returning = segment.returning + units
end

local function save(segment, ...)
  local pairs_of = {}
  for _, field in ipairs({ ... }) do
    pairs_of[#pairs_of + 1] = field
    pairs_of[#pairs_of + 1] = segment[field]
  end
  redis.call('HSET', KEYS[1], unpack(pairs_of))
end

-- What a buyer holds, as it is kept: order_id:units or order_id:units:tokens.
local function read_held(value)
  local order_id, units, tokens = string.match(value, '^(%d+):(%d+):?(.*)$')
  return order_id, tonumber(units), tokens
end

local function list_of(tokens)
  local list = {}
  for token in string.gmatch(tokens, '[^,]+') do list[#list + 1] = token end
  return list
end
