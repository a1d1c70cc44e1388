// Spent challenges as rows: the primary key lets one of many in.

import type { SpentChallenges } from '../../ports/spent-challenges.ts'
import type { StoreDeps } from './mysql.ts'

const INSERT = `
  insert into spent_challenges (challenge_id, until)
  values (?, ?)
  on duplicate key update challenge_id = values(challenge_id)
`

export const mysqlSpentChallenges = ({
  mysql: { home },
}: Pick<StoreDeps, 'mysql'>): SpentChallenges => ({
  spend: async ({ challengeId, untilMs }) =>
    (await home.change(INSERT, [challengeId, untilMs])) === 1,
})
