-- The home database: products, sales, units, ledger.

create table products (
  product_id integer primary key,
  title text not null,
  list_price integer not null,
  currency text not null,
  picture text,
  description text,
  created_at integer not null
) strict;

create table sales (
  sale_id integer primary key autoincrement,
  product_id integer not null references products,
  title text not null,
  price integer not null,
  currency text not null,
  starts_at integer not null,
  ends_at integer not null,
  per_buyer_limit integer not null,
  strategy text not null,
  segments integer not null,
  admission text not null,
  pay_within_ms integer not null,
  tokens_from_ms integer not null,
  limits text not null,
  rehearsal integer not null,
  paused integer not null default 0,
  closed_at integer,
  left_engine_at integer,
  created_at integer not null
) strict;

create index sales_in_engine on sales (sale_id) where left_engine_at is null;

-- total = available + live. `version` grows with every change of the sale row or of `total`.
create table sale_stock (
  sale_id integer primary key references sales,
  total integer not null,
  available integer not null check (available between 0 and total),
  restocked integer not null default 0,
  version integer not null default 1,
  epoch integer not null default 0,
  sealed_epoch integer not null default 0
) strict;

-- Append-only. Step 1: recorded or rejected. Step 2: released. The first decision stands for ever.
create table stock_ledger (
  order_id integer not null,
  step integer not null check (step in (1, 2)),
  sale_id integer not null references sale_stock,
  buyer_id integer not null,
  units integer not null check (units > 0),
  entry text not null check (entry in ('recorded', 'rejected', 'released')),
  reason text,
  stock_tokens text not null,
  epoch integer not null,
  at integer not null,
  primary key (order_id, step)
) strict, without rowid;

create index stock_ledger_by_sale on stock_ledger (sale_id, order_id, step, entry, units, buyer_id);

-- What the engine has still to be told: this order's units are no longer held.
create table tasks (
  order_id integer primary key,
  sale_id integer not null references sale_stock,
  buyer_id integer not null
) strict;

create table leases (
  name text primary key,
  holder text not null,
  until integer not null
) strict, without rowid;

create table node_leases (
  node_id integer primary key,
  holder text not null,
  until integer not null
) strict;

create table changes (
  sequence integer primary key autoincrement,
  kind text not null,
  sale_id integer not null
) strict;

create table audit_log (
  audit_id integer primary key autoincrement,
  at integer not null,
  by text not null,
  change text not null,
  subject text not null,
  reason text not null,
  details text not null
) strict;

-- The orders' shard. Here there is one.

create table orders (
  order_id integer primary key,
  sale_id integer not null,
  buyer_id integer not null,
  units integer not null,
  price integer not null,
  currency text not null,
  status text not null,
  stock_tokens text not null,
  created_at integer not null,
  pay_by integer not null,
  changed_at integer not null
) strict;

create index orders_by_buyer on orders (buyer_id); -- and by order_id, the row id
create index orders_by_sale on orders (sale_id, status, units);
create index orders_pending_by_pay_by on orders (pay_by) where status = 'pending';

-- Changes of orders of which the ledger has still to be told.
create table outbox (
  order_id integer primary key,
  sale_id integer not null,
  buyer_id integer not null,
  reason text not null
) strict;

-- The queue: orders that are reserved and were not recorded in the same commit.

create table in_transit (
  order_id integer primary key,
  message_version integer not null,
  sale_id integer not null,
  buyer_id integer not null,
  units integer not null,
  price integer not null,
  currency text not null,
  sale_version integer not null,
  epoch integer not null,
  stock_tokens text not null,
  reserved_at integer not null
) strict;

create table dead_letters (
  order_id integer primary key,
  message text not null,
  reason text not null,
  at integer not null
) strict;
