// Keys of operators' writes and the answers they got. `counted` is the ledger's: a restock marks its key
// in its own transaction (ledger/restock.ts), and a key that counted is never forgotten early.

import type {
  Idempotency,
  KeptAnswer,
  KeyedRequest,
  KnownRequest,
  RequestKey,
} from '../../ports/idempotency.ts'
import type { StoreDeps } from './database.ts'

const BEGIN = `
  insert into idempotency_keys (operator, key, fingerprint, at)
  values (?, ?, ?, ?)
  on conflict (operator, key) do nothing
`

const READ = `
  select fingerprint, status, headers, body
  from idempotency_keys
  where operator = ? and key = ?
`

const KEEP_ANSWER = `
  update idempotency_keys
  set status = ?, headers = ?, body = ?
  where operator = ? and key = ? and status is null
`

const ABANDON = `
  delete from idempotency_keys
  where operator = ? and key = ? and status is null and counted = 0
`

interface KeyRow {
  fingerprint: string
  status: number | null
  headers: string
  body: string
}

export const sqliteIdempotency = ({ database, clock }: StoreDeps): Idempotency => {
  const insert = database.change(BEGIN)
  const read = database.select<KeyRow>(READ)
  const update = database.change(KEEP_ANSWER)
  const remove = database.change(ABANDON)

  const begin = ({ operator, key, fingerprint }: KeyedRequest): KnownRequest => {
    if (insert(operator, key, fingerprint, clock.nowMs()) === 1) return { result: 'begun' }
    const row = read.get(operator, key)!
    if (row.fingerprint !== fingerprint) return { result: 'other-request' }
    const answer = answerOf(row)
    return answer ? { result: 'answered', answer } : { result: 'unanswered' }
  }

  return {
    begin: async (request) => database.write(() => begin(request)),
    async keepAnswer({ operator, key, answer: { status, headers, body } }) {
      await database.write(() => update(status, JSON.stringify(headers), body, operator, key))
    },
    async abandon({ operator, key }: RequestKey) {
      await database.write(() => remove(operator, key))
    },
  }
}

const answerOf = ({ status, headers, body }: KeyRow): KeptAnswer | undefined =>
  status === null ? undefined : { status, headers: JSON.parse(headers), body }
