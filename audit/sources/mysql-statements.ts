// Every statement for MySQL: static, and reading only. `{table}` is the number of an order table, of which
// a database has many, and `{outbox}` that of its one outbox; one `?` is the sale's id unless said.

export const REPEATABLE = 'set session transaction isolation level repeatable read'

export const BEGIN = 'start transaction with consistent snapshot, read only'

// Which place in the list of databases this one has.
export const SELECT_MEMBER = `
select id, place, of_how_many as ofHowMany
from installation`

export const SELECT_ORDER_TABLES = `
select cast(substring(table_name, 8) as signed) as number
from information_schema.tables
where table_schema = database() and table_name regexp '^orders_[0-9]{3}$'
order by table_name`

export const SELECT_SALES = `
select cast(s.sale_id as char) as saleId,
       s.price, s.currency, s.starts_at as startsAt, s.ends_at as endsAt,
       s.per_buyer_limit as perBuyerLimit, s.paused, s.closed_at as closedAt,
       s.left_engine_at as leftEngineAt, s.deleted_at as deletedAt,
       k.total, k.available, k.restocked, k.version, k.epoch
from sales s
join sale_stock k on k.sale_id = s.sale_id
order by s.sale_id`

export const SELECT_LEDGER = `
select cast(order_id as char) as orderId,
       step, cast(buyer_id as char) as buyerId, units, entry, reason, at
from stock_ledger
where sale_id = ?
order by order_id, step`

const ORDERS = `
select cast(order_id as char) as orderId,
       cast(buyer_id as char) as buyerId, units, price, currency, status,
       created_at as reservedAt, {table} as tableNumber
from orders_{table}
where sale_id = ?`

const PAYMENTS = `
select cast(p.payment_id as char) as paymentId, cast(p.order_id as char) as orderId,
       p.amount, p.currency, p.status, p.reason,
       p.received_amount as receivedAmount, p.received_currency as receivedCurrency
from orders_{table} o
join payments p on p.order_id = o.order_id
where o.sale_id = ?`

export const SELECT_ORDERS = ORDERS
export const SELECT_PAYMENTS = PAYMENTS

// Of these orders only: the second `?` is a list.
export const SELECT_THESE_ORDERS = `${ORDERS} and order_id in (?)`
export const SELECT_THESE_PAYMENTS = `${PAYMENTS} and o.order_id in (?)`

// Of releases that home has still to be told of.
export const SELECT_OUTBOX = `
select cast(order_id as char) as orderId
from outbox_{outbox}
where sale_id = ? and home_due = 1`

export const SELECT_TASKS = `
select cast(order_id as char) as orderId
from tasks
where sale_id = ?`

export const SELECT_DEAD = `
select cast(order_id as char) as orderId
from dead_letters
where order_id is not null`

export const SELECT_RESTOCKS = `
select at, subject, details
from audit_log
where change_name like '%restock%'
order by audit_id`

// In these, `?` is the list of all sales that there are.

export const SELECT_STRAY_LEDGER = `
select 'ledger' as place, cast(order_id as char) as id, cast(sale_id as char) as owner
from stock_ledger
where step = 1 and sale_id not in (?)
order by order_id`

export const SELECT_STRAY_ORDERS = `
select 'orders' as place, cast(order_id as char) as id, cast(sale_id as char) as owner
from orders_{table}
where sale_id not in (?)`

// To see whether there is any before it is looked for: all payments, and those of one order table.
export const COUNT_PAYMENTS = `
select count(*) as payments
from payments`

export const COUNT_PAYMENTS_OF = `
select count(*) as payments
from orders_{table} o
join payments p on p.order_id = o.order_id`

// `{orders}` is all orders of the database.
export const SELECT_STRAY_PAYMENTS = `
select 'payments' as place, cast(p.payment_id as char) as id, cast(p.order_id as char) as owner
from payments p
left join ({orders}) o on o.order_id = p.order_id
where o.order_id is null
order by p.payment_id`

export const SELECT_ORDER_IDS = `
select order_id
from orders_{table}`
