-- What every database has: the orders of its shards, and what belongs to them in one transaction.
-- Every statement can be repeated; one with {shard} is for each order table of the database.

-- Which database this is: of which installation, at which place of how many.
create table if not exists installation (
  one tinyint not null primary key default 1,
  id varchar(64) not null,
  place int not null,
  of_how_many int not null, -- 0: not finished
  check (one = 1)
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists orders_{shard} (
  order_id bigint not null primary key,
  sale_id bigint not null,
  buyer_id bigint not null,
  units int not null,
  price bigint not null,
  currency varchar(8) not null,
  status varchar(10) not null,
  stock_tokens text not null,
  created_at bigint not null,
  pay_by bigint not null,
  changed_at bigint not null,
  key by_buyer (buyer_id, order_id),
  key by_sale (sale_id, status, order_id, units),
  key by_pay_by (status, pay_by)
) default character set utf8mb4 collate utf8mb4_bin;

-- Changes of orders of which the ledger (`home_due`) or webhooks (`webhook_due`) have still to be told.
-- Few rows stay for long, so that few keys do: every order has to pass through here.
create table if not exists outbox_{database} (
  outbox_id bigint not null auto_increment primary key,
  order_id bigint not null,
  sale_id bigint not null,
  buyer_id bigint not null,
  reason varchar(10), -- of a release
  change_name varchar(10) not null,
  payment_id bigint, -- whose money it is, of `refund-due` and `refunded`
  home_due tinyint not null,
  webhook_due tinyint not null,
  at bigint not null,
  key by_home_due (home_due, order_id)
) default character set utf8mb4 collate utf8mb4_bin;

create table if not exists payments (
  payment_id bigint not null primary key,
  order_id bigint not null,
  provider varchar(64) not null,
  amount bigint not null,
  currency varchar(8) not null,
  status varchar(10) not null,
  reason varchar(32),
  received_amount bigint, -- what came, by the provider's word
  received_currency varchar(8),
  refund_asked_at bigint, -- its refund is wanted, and the provider was last asked for it then
  created_at bigint not null,
  changed_at bigint not null,
  key payments_by_order (order_id, payment_id),
  key payments_refund_due (status, refund_asked_at),
  check (status in ('started', 'succeeded', 'failed', 'refund-due', 'refunded'))
) default character set utf8mb4 collate utf8mb4_bin;

-- What a provider has told us already: an event that comes again changes nothing.
create table if not exists payment_events (
  event_id varchar(255) not null primary key,
  payment_id bigint not null,
  type varchar(32) not null,
  received_at bigint not null,
  key payment_events_by_received_at (received_at)
) default character set utf8mb4 collate utf8mb4_bin;

-- Ids grow with time and are different in all databases: milliseconds, place, chance.
create table if not exists audit_log (
  audit_id bigint not null primary key,
  at bigint not null,
  made_by varchar(255) not null,
  change_name varchar(64) not null,
  subject varchar(255) not null,
  reason text not null,
  details text not null,
  key audit_log_by_subject (subject, audit_id),
  key audit_log_by_made_by (made_by, audit_id)
) default character set utf8mb4 collate utf8mb4_bin;
