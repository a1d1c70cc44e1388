// Every statement for SQLite: static, and reading only. One `?` is the sale's id.

export const SELECT_SALES = `
select cast(s.sale_id as text) as saleId,
       s.price, s.currency, s.starts_at as startsAt, s.ends_at as endsAt,
       s.per_buyer_limit as perBuyerLimit, s.paused, s.closed_at as closedAt,
       s.left_engine_at as leftEngineAt, s.deleted_at as deletedAt,
       k.total, k.available, k.restocked, k.version, k.epoch
from sales s
join sale_stock k on k.sale_id = s.sale_id
order by s.sale_id`

export const SELECT_LEDGER = `
select cast(order_id as text) as orderId,
       step, cast(buyer_id as text) as buyerId, units, entry, reason, at
from stock_ledger
where sale_id = ?
order by order_id, step`

export const SELECT_ORDERS = `
select cast(order_id as text) as orderId,
       cast(buyer_id as text) as buyerId, units, price, currency, status,
       created_at as reservedAt, 0 as tableNumber, 0 as place
from orders
where sale_id = ?
order by order_id`

export const SELECT_PAYMENTS = `
select cast(p.payment_id as text) as paymentId, cast(p.order_id as text) as orderId,
       p.amount, p.currency, p.status, p.reason,
       p.received_amount as receivedAmount, p.received_currency as receivedCurrency
from orders o
join payments p on p.order_id = o.order_id
where o.sale_id = ?
order by p.payment_id`

export const SELECT_IN_TRANSIT = `
select cast(order_id as text) as orderId,
       cast(buyer_id as text) as buyerId, units, price, currency, reserved_at as reservedAt
from in_transit
where sale_id = ?
order by order_id`

export const SELECT_TASKS = `
select cast(order_id as text) as orderId
from tasks
where sale_id = ?
order by order_id`

export const SELECT_OUTBOX = `
select cast(order_id as text) as orderId
from outbox
where sale_id = ? and reason is not null
order by order_id`

export const SELECT_DEAD = `
select cast(order_id as text) as orderId
from dead_letters
where order_id is not null
order by order_id`

export const SELECT_RESTOCKS = `
select at, subject, details
from audit_log
where change like '%restock%'
order by audit_id`

export const SELECT_STRAYS = `
with known as (select s.sale_id from sales s join sale_stock k on k.sale_id = s.sale_id),
     found as (
       select 'ledger' as place, order_id, sale_id from stock_ledger where step = 1
       union all select 'orders', order_id, sale_id from orders
       union all select 'queue', order_id, sale_id from in_transit
     )
select place, cast(order_id as text) as id, cast(sale_id as text) as owner
from found
where sale_id not in (select sale_id from known)
order by order_id`

export const SELECT_STRAY_PAYMENTS = `
select 'payments' as place, cast(payment_id as text) as id, cast(order_id as text) as owner
from payments
where order_id not in (select order_id from orders)
order by payment_id`
