-- A dead letter has an id of its own: a message that cannot be read has no order id.
alter table dead_letters rename to letters_by_order;

create table dead_letters (
  dead_letter_id integer primary key autoincrement,
  source text not null unique, -- its order id or, where there is none to be read, its place
  order_id integer,
  message text not null,
  reason text not null,
  at integer not null
) strict;

insert into dead_letters (source, order_id, message, reason, at)
select cast(order_id as text), order_id, message, reason, at
from letters_by_order
order by order_id;

drop table letters_by_order;
