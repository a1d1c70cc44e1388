-- The home database: products, sales, units, ledger, buyers, operators. Times are epoch milliseconds.
-- Every statement can be repeated.

create table if not exists products (
  product_id bigint not null auto_increment primary key,
  title text not null,
  list_price bigint not null,
  currency varchar(8) not null,
  picture text,
  description text,
  created_at bigint not null
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists sales (
  sale_id bigint not null auto_increment primary key,
  product_id bigint not null,
  title text not null,
  price bigint not null,
  currency varchar(8) not null,
  starts_at bigint not null,
  ends_at bigint not null,
  per_buyer_limit int not null,
  strategy varchar(16) not null,
  segments int not null,
  admission varchar(16) not null,
  pay_within_ms bigint not null,
  tokens_from_ms bigint not null,
  limits text not null,
  rehearsal tinyint not null,
  paused tinyint not null default 0,
  closed_at bigint,
  left_engine_at bigint,
  deleted_at bigint,
  created_at bigint not null,
  key sales_in_engine (left_engine_at, sale_id),
  key sales_by_product (product_id),
  foreign key (product_id) references products (product_id)
) default character set utf8mb4 collate utf8mb4_bin;

-- total = available + live. `version` grows with every change of the sale row or of `total`.
create table if not exists sale_stock (
  sale_id bigint not null primary key,
  total bigint not null,
  available bigint not null,
  restocked bigint not null default 0,
  version bigint not null default 1,
  epoch bigint not null default 0,
  sealed_epoch bigint not null default 0,
  check (available between 0 and total)
) default character set utf8mb4 collate utf8mb4_bin;

-- Append-only. Step 1: recorded or rejected. Step 2: released. The first decision stands for ever.
-- `batch` tells the rows that one call has made from those it found. No foreign key to `sale_stock`: a
-- check of it would lock the row that every other batch of the sale is about to change.
create table if not exists stock_ledger (
  order_id bigint not null,
  step tinyint not null,
  sale_id bigint not null,
  buyer_id bigint not null,
  units int not null,
  entry varchar(8) not null,
  reason varchar(16),
  stock_tokens text not null,
  epoch bigint not null,
  batch bigint not null,
  at bigint not null,
  primary key (order_id, step),
  key stock_ledger_by_sale (sale_id, order_id, step, entry, units, buyer_id),
  check (units > 0),
  check (step in (1, 2)),
  check (entry in ('recorded', 'rejected', 'released'))
) default character set utf8mb4 collate utf8mb4_bin;

-- What the engine has still to be told: this order's units are no longer held.
create table if not exists tasks (
  order_id bigint not null primary key,
  sale_id bigint not null,
  buyer_id bigint not null,
  key tasks_by_sale (sale_id)
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists leases (
  name varchar(64) not null primary key,
  holder varchar(255) not null,
  until bigint not null
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists node_leases (
  node_id int not null primary key,
  holder varchar(255) not null,
  until bigint not null
) default character set utf8mb4 collate utf8mb4_bin;

-- Numbers that are given in the order of the commits: whoever takes one keeps others from taking the
-- next until its transaction has ended, so a reader who has read up to one has missed none.
create table if not exists counters (
  name varchar(32) not null primary key,
  value bigint not null
) default character set utf8mb4 collate utf8mb4_bin;

insert into counters (name, value)
values ('changes', 0), ('blocklist', 0)
on duplicate key update name = values(name);

create table if not exists changes (
  sequence bigint not null primary key,
  kind varchar(16) not null,
  sale_id bigint -- of a change of kind 'sale'
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists dead_letters (
  dead_letter_id bigint not null auto_increment primary key,
  source varchar(300) not null, -- the order id, or the place of what could not be read
  order_id bigint,
  message longtext not null,
  reason text not null,
  at bigint not null,
  unique key dead_letters_by_source (source)
) default character set utf8mb4 collate utf8mb4_bin;

-- Accounts of this shop have a name and a password; buyers of another shop have its subject. Ids made
-- here lie above what a shop with accounts of its own is likely to use.
create table if not exists buyers (
  buyer_id bigint not null auto_increment primary key,
  name varchar(255),
  password_hash text,
  subject varbinary(1020), -- byte by byte: `a` and `a ` are two subjects
  created_at bigint not null,
  erased_at bigint,
  unique key buyers_by_name (name),
  unique key buyers_by_subject (subject)
) auto_increment = 1000000000001 default character set utf8mb4 collate utf8mb4_bin;

create table if not exists sessions (
  session_id varchar(64) not null primary key,
  buyer_id bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  key sessions_by_buyer (buyer_id),
  key sessions_by_expires_at (expires_at)
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists entries (
  entry_id bigint not null auto_increment primary key,
  sale_id bigint not null,
  buyer_id bigint not null,
  phase varchar(16) not null,
  created_at bigint not null,
  unique key entries_by_sale (sale_id, buyer_id),
  key entries_by_buyer (buyer_id),
  check (phase in ('waiting', 'admitted'))
) default character set utf8mb4 collate utf8mb4_bin;

-- The answer to an operator's write, for the one who asks again with the same key. No answer yet: the
-- process that was at it may have died, and nobody knows what became of it, unless its effect has marked
-- the key as `counted` in its own transaction.
create table if not exists idempotency_keys (
  operator varchar(128) not null,
  request_key varchar(255) not null,
  fingerprint text not null,
  counted tinyint not null default 0,
  status int,
  headers text,
  body longtext,
  at bigint not null,
  primary key (operator, request_key),
  key idempotency_keys_by_at (at)
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists blocklist (
  block_id bigint not null auto_increment primary key,
  kind varchar(8) not null,
  value varchar(64) not null,
  reason text not null,
  made_by varchar(255) not null,
  until bigint,
  created_at bigint not null,
  lifted_at bigint,
  version bigint not null, -- grows with every change of an entry
  unique key blocklist_by_version (version),
  unique key blocklist_by_value (kind, value),
  key blocklist_by_kind (kind, block_id),
  key blocklist_lifted (lifted_at),
  key blocklist_until (until),
  check (kind in ('buyer', 'address', 'cidr'))
) default character set utf8mb4 collate utf8mb4_bin;
