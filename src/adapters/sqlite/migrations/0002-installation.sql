-- Which home database this is, among all there are. A backup that is restored stays the same one.
create table installation (id text not null) strict;
insert into installation (id) values (lower(hex(randomblob(8))));
