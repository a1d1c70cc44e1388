#!lua flags=no-writes
-- Read layout: of the sale that this is the first segment of.
-- KEYS  1 segment
-- ARGV
-- Returns  the layout | 0

return redis.call('HGET', KEYS[1], 'layout') or 0
