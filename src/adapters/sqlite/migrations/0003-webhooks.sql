-- Changes of orders until everybody is told who has to be: the ledger of a release, and those who make
-- webhooks of every change. The row goes when both are done.
alter table outbox rename to outbox_of_releases;

create table outbox (
  change_id integer primary key autoincrement,
  order_id integer not null,
  sale_id integer not null,
  buyer_id integer not null,
  reason text, -- of a release, while the ledger has still to be told
  change text, -- while webhooks have still to be made of it
  payment_id integer, -- whose money it is, of `refund-due` and `refunded`
  at integer not null
) strict;

insert into outbox (order_id, sale_id, buyer_id, reason, at)
select order_id, sale_id, buyer_id, reason, 0
from outbox_of_releases
order by order_id;

drop table outbox_of_releases;

create index outbox_releases on outbox (order_id) where reason is not null;
create index outbox_changes on outbox (change_id) where change is not null;
create index outbox_by_sale on outbox (sale_id);

create table webhook_endpoints (
  endpoint_id integer primary key autoincrement,
  url text not null,
  description text not null,
  types text not null, -- a list, as JSON
  enabled integer not null,
  disabled_because text, -- of one that is not enabled
  secret text, -- none when it was deleted
  old_secret text, -- signs as well, until then
  old_secret_until integer,
  version integer not null default 1, -- grows with every change of the row
  created_at integer not null,
  deleted_at integer
) strict;

create index webhook_endpoints_enabled on webhook_endpoints (endpoint_id) where enabled = 1;

-- Events of one subject reach an endpoint one after the other, in the order of their delivery ids: an
-- open delivery without a next attempt stands behind an older one.
create table webhook_deliveries (
  delivery_id integer primary key autoincrement,
  endpoint_id integer not null references webhook_endpoints,
  event_id text not null,
  type text not null,
  subject text not null,
  payload text not null,
  status text not null default 'open' check (status in ('open', 'delivered', 'given-up')),
  attempts integer not null default 0,
  next_attempt_at integer,
  last_attempt_at integer,
  last_http_status integer,
  last_failure text,
  created_at integer not null,
  finished_at integer,
  unique (endpoint_id, event_id)
) strict;

create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_attempt_at)
where status = 'open' and next_attempt_at is not null;

create index webhook_deliveries_open on webhook_deliveries (endpoint_id, subject, delivery_id)
where status = 'open';

create index webhook_deliveries_delivered on webhook_deliveries (endpoint_id, finished_at)
where status = 'delivered';

create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, status, delivery_id);
create index webhook_deliveries_by_subject on webhook_deliveries (subject, delivery_id);
create index webhook_deliveries_finished on webhook_deliveries (finished_at)
where finished_at is not null;

-- What was told of a sale, so that it is told once.
create table sale_events (
  sale_id integer not null references sales,
  event text not null,
  round integer not null,
  at integer not null,
  primary key (sale_id, event, round)
) strict, without rowid;
