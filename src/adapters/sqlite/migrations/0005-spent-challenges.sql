-- Challenges that were solved and used: a solution counts once.
create table spent_challenges (
  challenge_id text not null primary key,
  until integer not null
) strict, without rowid;

create index spent_challenges_by_until on spent_challenges (until);
