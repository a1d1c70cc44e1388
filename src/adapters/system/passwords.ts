// Argon2id in Node's own threads, bounded in number. Hashes are PHC strings, which carry their
// parameters: when these grow, older hashes are still understood, and are seen to be weak.
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md

import assert from 'node:assert/strict'
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Passwords } from '../../ports/passwords.ts'

export interface PasswordCost {
  memoryKib: number
  passes: number
  parallelism: number
}

// The second choice of https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html:
// the least memory of those that need two passes, about 30 ms of one core.
export const PASSWORD_COST: PasswordCost = { memoryKib: 19_456, passes: 2, parallelism: 1 }

const SALT_BYTES = 16
const HASH_BYTES = 32

// Two of Node's four threads, so that whoever is already signed in never waits for those who sign in.
const AT_ONCE_MAX = 2
// The last of them waits about half a second.
const WAITING_MAX = 32

export const argon2Passwords = ({
  cost = PASSWORD_COST,
  atOnceMax = AT_ONCE_MAX,
  waitingMax = WAITING_MAX,
}: {
  cost?: PasswordCost
  atOnceMax?: number
  waitingMax?: number
} = {}): Passwords => {
  const inTurn = turns({ atOnceMax, waitingMax })
  // What is compared when there is nothing to compare with: nobody's password gives this.
  const nobodys = phcOf({ cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) })
  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES)
        return phcOf({ cost, salt, hash: await derive(password, { cost, salt }) })
      }),
    async check({ password, hash: stored = nobodys }) {
      const known = readPhc(stored)
      const derived = await inTurn(() => derive(password, known))
      if (derived === undefined) return 'busy'
      if (!timingSafeEqual(derived, known.hash)) return 'wrong'
      return isWeaker(known.cost, cost) ? 'weak' : 'right'
    },
  }
}

const argon2id = promisify(argon2)

interface Derivation {
  cost: PasswordCost
  salt: Buffer
}

// One password in two spellings of Unicode is one password:
// https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
const derive = (password: string, { cost, salt }: Derivation): Promise<Buffer> =>
  argon2id('argon2id', {
    message: password.normalize('NFKC'),
    nonce: salt,
    memory: cost.memoryKib,
    passes: cost.passes,
    parallelism: cost.parallelism,
    tagLength: HASH_BYTES,
  })

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/

const phcOf = ({ cost, salt, hash }: Derivation & { hash: Buffer }): string => {
  const { memoryKib, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

const readPhc = (phc: string): Derivation & { hash: Buffer } => {
  const [, memoryKib, passes, parallelism, salt, hash] = PHC.exec(phc) ?? []
  assert(salt !== undefined && hash !== undefined, 'every hash that is kept was made here')
  const cost = {
    memoryKib: Number(memoryKib),
    passes: Number(passes),
    parallelism: Number(parallelism),
  }
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

const isWeaker = (known: PasswordCost, wanted: PasswordCost) =>
  known.memoryKib * known.passes < wanted.memoryKib * wanted.passes

// Runs `work` when it is its turn; undefined when too many wait already.
const turns = ({ atOnceMax, waitingMax }: { atOnceMax: number; waitingMax: number }) => {
  const waiting: (() => void)[] = []
  let running = 0
  const turn = (): Promise<void> | undefined => {
    if (running < atOnceMax) {
      running += 1
      return Promise.resolve()
    }
    if (waiting.length >= waitingMax) return undefined
    return new Promise((resolve) => waiting.push(resolve))
  }
  // Whoever waits longest takes the place over.
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
  return async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    const entered = turn()
    if (entered === undefined) return undefined
    await entered
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
