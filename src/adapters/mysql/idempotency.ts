// Keys of operators' writes and the answers they got. `counted` is the ledger's: a restock marks its key
// in its own transaction, and a key that counted is never forgotten early.

import type { Idempotency, KeptAnswer } from '../../ports/idempotency.ts'
import type { StoreDeps } from './mysql.ts'

const BEGIN = `
  insert into idempotency_keys (operator, request_key, fingerprint, at)
  values (?, ?, ?, ?)
  on duplicate key update operator = values(operator)
`

const READ = `
  select fingerprint, status, headers, body
  from idempotency_keys
  where operator = ? and request_key = ?
`

const KEEP_ANSWER = `
  update idempotency_keys
  set status = ?, headers = ?, body = ?
  where operator = ? and request_key = ? and status is null
`

const ABANDON = `
  delete from idempotency_keys
  where operator = ? and request_key = ? and status is null and counted = 0
`

interface KeyRow {
  fingerprint: string
  status: number | null
  headers: string
  body: string
}

export const mysqlIdempotency = ({ mysql: { home }, clock }: StoreDeps): Idempotency => ({
  begin: ({ operator, key, fingerprint }) =>
    home.write(async (transaction) => {
      const values = [operator, key, fingerprint, clock.nowMs()]
      if ((await transaction.change(BEGIN, values)) === 1) return { result: 'begun' }
      const [row] = await transaction.query<KeyRow>(READ, [operator, key])
      if (row!.fingerprint !== fingerprint) return { result: 'other-request' }
      const answer = answerOf(row!)
      return answer ? { result: 'answered', answer } : { result: 'unanswered' }
    }),
  async keepAnswer({ operator, key, answer: { status, headers, body } }) {
    await home.change(KEEP_ANSWER, [status, JSON.stringify(headers), body, operator, key])
  },
  async abandon({ operator, key }) {
    await home.change(ABANDON, [operator, key])
  },
})

const answerOf = ({ status, headers, body }: KeyRow): KeptAnswer | undefined =>
  status === null ? undefined : { status, headers: JSON.parse(headers), body }
