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
  deleted_at integer,
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
  sale_id integer -- of a change of kind 'sale'
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

create index audit_log_by_subject on audit_log (subject, audit_id);
create index audit_log_by_by on audit_log (by, audit_id);

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
create index orders_by_sale on orders (sale_id, status, order_id, units);
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

-- Buyers.

-- Accounts of this shop have a name and a password; buyers of another shop have its subject.
create table buyers (
  buyer_id integer primary key autoincrement,
  name text unique,
  password_hash text,
  subject text unique,
  created_at integer not null,
  erased_at integer
) strict;

-- Ids made here lie above what a shop with accounts of its own is likely to use.
insert into sqlite_sequence (name, seq)
values ('buyers', 1000000000000);

create table sessions (
  session_id text primary key,
  buyer_id integer not null references buyers,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;

create index sessions_by_buyer on sessions (buyer_id);
create index sessions_by_expires_at on sessions (expires_at);

create table entries (
  entry_id integer primary key autoincrement,
  sale_id integer not null,
  buyer_id integer not null,
  phase text not null check (phase in ('waiting', 'admitted')),
  created_at integer not null,
  unique (sale_id, buyer_id)
) strict;

create index entries_by_buyer on entries (buyer_id);

-- Payments, in the shard of their order.

create table payments (
  payment_id integer primary key,
  order_id integer not null,
  provider text not null,
  amount integer not null,
  currency text not null,
  status text not null
    check (status in ('started', 'succeeded', 'failed', 'refund-due', 'refunded')),
  reason text,
  received_amount integer, -- what came, by the provider's word
  received_currency text,
  refund_asked_at integer, -- its refund is wanted, and the provider was last asked for it then
  created_at integer not null,
  changed_at integer not null
) strict;

create index payments_by_order on payments (order_id);
create index payments_refund_due on payments (refund_asked_at) where status = 'refund-due';

-- What a provider has told us already: an event that comes again changes nothing.
create table payment_events (
  event_id text primary key,
  payment_id integer not null,
  type text not null,
  received_at integer not null
) strict, without rowid;

create index payment_events_by_received_at on payment_events (received_at);

-- Operators.

-- The answer to an operator's write, for the one who asks again with the same key. No answer yet:
-- the process that was at it may have died, and nobody knows what became of it, unless its effect has
-- marked the key as `counted` in its own transaction.
create table idempotency_keys (
  operator text not null,
  key text not null,
  fingerprint text not null,
  counted integer not null default 0,
  status integer,
  headers text,
  body text,
  at integer not null,
  primary key (operator, key)
) strict, without rowid;

create index idempotency_keys_by_at on idempotency_keys (at);

create table blocklist (
  block_id integer primary key autoincrement,
  kind text not null check (kind in ('buyer', 'address', 'cidr')),
  value text not null,
  reason text not null,
  by text not null,
  until integer,
  created_at integer not null,
  lifted_at integer,
  version integer not null unique, -- grows with every change of an entry
  unique (kind, value)
) strict;

create index blocklist_by_kind on blocklist (kind, block_id);
create index blocklist_lifted on blocklist (lifted_at) where lifted_at is not null;
create index blocklist_until on blocklist (until) where until is not null;
