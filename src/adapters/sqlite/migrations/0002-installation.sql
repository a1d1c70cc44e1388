-- Which home database this is, among all there are. One that is made of a backup is another.
create table installation (id text not null) strict;
insert into installation (id) values (lower(hex(randomblob(8))));
