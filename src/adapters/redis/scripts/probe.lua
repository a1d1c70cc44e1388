#!lua
-- Probe: do scripts that write run here, and may they ask what they need? It writes nothing. Redis refuses
-- it, like every other, while it is read-only, out of memory or without the replicas it insists on.
-- KEYS
-- ARGV
-- Returns  ready

redis.call('TIME')
redis.call('INFO', 'replication')
return 'ready'
