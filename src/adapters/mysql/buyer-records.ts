// What is kept about a buyer: at home, and in the database of the buyer's shard. An order that is still
// on the queue is not found: nobody can ask that for one buyer.

import { type BuyerId, shardOf } from '../../domain/ids.ts'
import type {
  BuyerAccount,
  BuyerErased,
  BuyerRecord,
  BuyerRecords,
  CountedPart,
} from '../../ports/buyer-records.ts'
import { orUndefined } from '../sql/columns.ts'
import { erasingBuyers } from './buyer-records/erase.ts'
import { buyerParts } from './buyer-records/parts.ts'
import type { Mysql, StoreDeps } from './mysql.ts'
import { ordersTable } from './table-names.ts'

export const mysqlBuyerRecords = (deps: StoreDeps): BuyerRecords => {
  const { mysql } = deps
  const erase = erasingBuyers(deps)
  return {
    async read(buyerId) {
      const record = await readRecord(mysql, buyerId)
      return isEmpty(record) ? undefined : record
    },
    readPart: buyerParts(mysql),
    async erase(of): Promise<BuyerErased> {
      if (isEmpty(await readRecord(mysql, of.buyerId))) return { result: 'no-such-buyer' }
      const erased = await erase(of)
      if (erased.result !== 'erased') return erased
      return { ...erased, record: await readRecord(mysql, of.buyerId) }
    },
  }
}

const ACCOUNT = `
  select
    name,
    convert(subject using utf8mb4) as subject,
    created_at as createdAtMs,
    erased_at as erasedAtMs
  from buyers
  where buyer_id = ?
`

interface AccountRow {
  name: string | null
  subject: string | null
  createdAtMs: number
  erasedAtMs: number | null
}

const HOME_COUNTS = `
  select
    (select count(*) from sessions where buyer_id = ?) as sessions,
    (select count(*) from entries where buyer_id = ?) as entries,
    (select count(*) from blocklist where kind = 'buyer' and value = ?) as blocks
`

const shardCounts = (orders: string) => `
  select
    (select count(*) from ${orders} where buyer_id = ?) as orders,
    (select count(*) from ${orders} join payments using (order_id) where buyer_id = ?) as payments
`

type Counts<Part extends CountedPart> = Record<Part, number>

const readRecord = async (mysql: Mysql, buyerId: BuyerId): Promise<BuyerRecord> => {
  const shard = shardOf(buyerId)
  const [[account], [home], [orders]] = await Promise.all([
    mysql.home.query<AccountRow>(ACCOUNT, [buyerId]),
    mysql.home.query<Counts<'sessions' | 'entries' | 'blocks'>>(
      HOME_COUNTS,
      Array(3).fill(buyerId),
    ),
    mysql
      .ofShard(shard)
      .query<Counts<'orders' | 'payments'>>(
        shardCounts(ordersTable(shard)),
        Array(2).fill(buyerId),
      ),
  ])
  const counts = { ...home!, inTransit: 0, ...orders! }
  return { buyerId, account: account && accountOf(account), counts }
}

const isEmpty = ({ account, counts }: BuyerRecord) =>
  account === undefined && Object.values(counts).every((count) => count === 0)

const accountOf = ({ name, subject, createdAtMs, erasedAtMs }: AccountRow): BuyerAccount => ({
  name: orUndefined(name),
  subject: orUndefined(subject),
  createdAtMs,
  erasedAtMs: orUndefined(erasedAtMs),
})
