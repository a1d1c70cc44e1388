// What every store of spent challenges must keep: each is spent by one alone, for as long as it is good.

import assert from 'node:assert/strict'
import type { SpentChallenges } from '../../src/ports/spent-challenges.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS } from './samples.ts'

export interface SpentChallengesSetup extends AsyncDisposable {
  spentChallenges: SpentChallenges
}

export const spentChallengesContract = (
  name: string,
  options: ContractOptions<SpentChallengesSetup>,
): void => contract(`spent challenges: ${name}`, options, claims)

const one = { challengeId: '0123456789abcdef0123456789abcdef', untilMs: AT_MS }

const claims: Claims<SpentChallengesSetup> = {
  'a challenge is spent once, whatever else is said of it': async ({ spentChallenges }) => {
    const spent = [await spentChallenges.spend(one), await spentChallenges.spend(one)]
    assert.deepEqual(spent, [true, false])
    assert.equal(await spentChallenges.spend({ ...one, untilMs: AT_MS + 1 }), false)
  },

  'of many who spend it at once, one does': async ({ spentChallenges }) => {
    const spending = Array.from({ length: 20 }, () => spentChallenges.spend(one))
    const spent = await Promise.all(spending)
    assert.equal(spent.filter((isFirst) => isFirst).length, 1)
  },

  'another challenge is another one': async ({ spentChallenges }) => {
    const ids = [one.challengeId, one.challengeId.replace('0', '1'), `${one.challengeId}0`]
    const spent = ids.map((challengeId) => spentChallenges.spend({ ...one, challengeId }))
    assert.deepEqual(await Promise.all(spent), [true, true, true])
  },
}
