// Spent challenges as rows: the primary key lets one of many in.

import type { SpentChallenges } from '../../ports/spent-challenges.ts'
import type { StoreDeps } from './database.ts'

const INSERT = `
  insert into spent_challenges (challenge_id, until)
  values (?, ?)
  on conflict (challenge_id) do nothing
`

export const sqliteSpentChallenges = ({
  database,
}: Pick<StoreDeps, 'database'>): SpentChallenges => {
  const insert = database.change(INSERT)
  return {
    spend: async ({ challengeId, untilMs }) =>
      (await database.write(() => insert(challengeId, untilMs))) === 1,
  }
}
