// Buyers of this shop by name, and those of another identity provider by subject. A hash never leaves
// by any other way than `readAccount`.

import type { Account } from '../../domain/buyer.ts'
import type { BuyerId } from '../../domain/ids.ts'
import type { Buyers } from '../../ports/buyers.ts'
import type { StoreDeps } from './mysql.ts'

const INSERT_ACCOUNT = `
  insert into buyers (name, password_hash, created_at)
  values (?, ?, ?)
  on duplicate key update name = values(name)
`

const READ_ACCOUNT = `
  select
    cast(buyer_id as char) as buyerId,
    password_hash as passwordHash
  from buyers
  where name = ?
`

const CHANGE_PASSWORD_HASH = `
  update buyers
  set password_hash = ?
  where buyer_id = ? and password_hash = ?
`

const INSERT_SUBJECT = `
  insert into buyers (subject, created_at)
  values (?, ?)
  on duplicate key update subject = values(subject)
`

const READ_SUBJECT = `
  select cast(buyer_id as char) as buyerId
  from buyers
  where subject = ?
`

interface IdRow {
  buyerId: BuyerId
}

export const mysqlBuyers = ({ mysql: { home }, clock }: StoreDeps): Buyers => ({
  createAccount: ({ name, passwordHash }) =>
    home.write(async (transaction) => {
      const values = [name, passwordHash, clock.nowMs()]
      if ((await transaction.change(INSERT_ACCOUNT, values)) === 0) return undefined
      const [row] = await transaction.query<IdRow>(READ_ACCOUNT, [name])
      return row!.buyerId
    }),
  readAccount: async (name) => (await home.query<Account>(READ_ACCOUNT, [name]))[0],
  async changePasswordHash({ buyerId, from, to }) {
    await home.change(CHANGE_PASSWORD_HASH, [to, buyerId, from])
  },
  async idOfSubject(subject) {
    const [known] = await home.query<IdRow>(READ_SUBJECT, [subject])
    if (known !== undefined) return known.buyerId
    return home.write(async (transaction) => {
      await transaction.change(INSERT_SUBJECT, [subject, clock.nowMs()])
      const [row] = await transaction.query<IdRow>(READ_SUBJECT, [subject])
      return row!.buyerId
    })
  },
})
