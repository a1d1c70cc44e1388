-- Challenges that were solved and used: a solution counts once.

create table if not exists spent_challenges (
  challenge_id varchar(64) not null primary key,
  until bigint not null,
  key spent_challenges_by_until (until)
) default character set utf8mb4 collate utf8mb4_bin;
