-- Who is told of events, and what has still to be delivered. Every statement can be repeated.

create table if not exists webhook_endpoints (
  endpoint_id bigint not null auto_increment primary key,
  url text not null,
  description text not null,
  types text not null, -- a list, as JSON
  enabled tinyint not null,
  disabled_because text, -- of one that is not enabled
  secret text, -- none when it was deleted
  old_secret text, -- signs as well, until then
  old_secret_until bigint,
  version bigint not null default 1, -- grows with every change of the row
  created_at bigint not null,
  deleted_at bigint
) default character set utf8mb4 collate utf8mb4_bin;

-- Events of one subject reach an endpoint one after the other, in the order of their delivery ids: an
-- open delivery without a next attempt stands behind an older one.
create table if not exists webhook_deliveries (
  delivery_id bigint not null auto_increment primary key,
  endpoint_id bigint not null,
  event_id varchar(128) not null,
  type varchar(32) not null,
  subject varchar(32) not null,
  payload text not null,
  status varchar(10) not null default 'open',
  attempts int not null default 0,
  next_attempt_at bigint,
  last_attempt_at bigint,
  last_http_status int,
  last_failure text,
  created_at bigint not null,
  finished_at bigint,
  unique key by_event (endpoint_id, event_id),
  key by_endpoint (endpoint_id, status, delivery_id),
  key by_next_attempt (endpoint_id, status, next_attempt_at),
  key by_finished (endpoint_id, status, finished_at),
  key by_subject (subject, endpoint_id, status),
  key finished (finished_at),
  check (status in ('open', 'delivered', 'given-up'))
) default character set utf8mb4 collate utf8mb4_bin;

-- What was told of a sale, so that it is told once.
create table if not exists sale_events (
  sale_id bigint not null,
  sale_event varchar(16) not null,
  round bigint not null,
  at bigint not null,
  primary key (sale_id, sale_event, round)
) default character set utf8mb4 collate utf8mb4_bin;
