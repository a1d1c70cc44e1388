// Buyers of this shop by name, and those of another identity provider by subject. A hash never leaves
// by any other way than `readAccount`.

import type { Account } from '../../domain/buyer.ts'
import type { BuyerId } from '../../domain/ids.ts'
import type { Buyers } from '../../ports/buyers.ts'
import type { StoreDeps } from './database.ts'

const INSERT_ACCOUNT = `
  insert into buyers (name, password_hash, created_at)
  values (?, ?, ?)
  on conflict (name) do nothing
  returning cast(buyer_id as text) as buyerId
`

const READ_ACCOUNT = `
  select
    cast(buyer_id as text) as buyerId,
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
  returning cast(buyer_id as text) as buyerId
`

const READ_SUBJECT = `
  select cast(buyer_id as text) as buyerId
  from buyers
  where subject = ?
`

interface IdRow {
  buyerId: BuyerId
}

export const sqliteBuyers = ({ database, clock }: StoreDeps): Buyers => {
  const insertAccount = database.select<IdRow>(INSERT_ACCOUNT)
  const readAccount = database.select<Account>(READ_ACCOUNT)
  const changePasswordHash = database.change(CHANGE_PASSWORD_HASH)
  const insertSubject = database.select<IdRow>(INSERT_SUBJECT)
  const readSubject = database.select<IdRow>(READ_SUBJECT)
  return {
    createAccount: async ({ name, passwordHash }) =>
      database.write(() => insertAccount.get(name, passwordHash, clock.nowMs())?.buyerId),
    readAccount: async (name) => database.query(() => readAccount.get(name)),
    async changePasswordHash({ buyerId, from, to }) {
      await database.write(() => changePasswordHash(to, buyerId, from))
    },
    async idOfSubject(subject) {
      // An id that is acted upon has to be durable, also when somebody else has just made it.
      const known = await database.read(() => readSubject.get(subject)?.buyerId)
      if (known !== undefined) return known
      return database.write(() => {
        const row = readSubject.get(subject) ?? insertSubject.get(subject, clock.nowMs())
        return row!.buyerId
      })
    },
  }
}
