#!lua
-- Textbook: the baseline of the stock engine, as flash sales are taught: one attempt a call, and no more
-- state than a number and who has bought. Nothing notices that Redis has lost its memory.
-- KEYS  1 stock  2 bought
-- ARGV  1 buyer_id  2 order_id
-- Returns  taken | sold-out | the order_id that the buyer has already

local order_id = redis.call('HGET', KEYS[2], ARGV[1])
if order_id then return order_id end
if tonumber(redis.call('GET', KEYS[1])) <= 0 then return 'sold-out' end
redis.call('DECR', KEYS[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 'taken'
