#!lua flags=no-writes
-- Read layout: how many segments the sale has that this is the first one of.
-- KEYS  1 segment
-- ARGV
-- Returns  the number | 0

return tonumber(redis.call('HGET', KEYS[1], 'segments') or 0)
