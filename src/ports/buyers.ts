// Who buys: accounts of this shop, by name, and buyers of another identity provider, by its subject.
// Their ids are made here.
//
// Deliberately not in it: how passwords are hashed, what a token looks like, who is signed in, and
// buyers whose decimal ids another shop brings along: those need no row.

import type { Account } from '../domain/buyer.ts'
import type { BuyerId } from '../domain/ids.ts'

export interface Buyers {
  // `name` as it is compared. Undefined when it is taken: of two at once, one gets it.
  createAccount(account: { name: string; passwordHash: string }): Promise<BuyerId | undefined>
  readAccount(name: string): Promise<Account | undefined>
  // Only while the hash is still `from`.
  changePasswordHash(change: { buyerId: BuyerId; from: string; to: string }): Promise<void>
  // The id of a subject: made when it is first asked for, the same ever after, also for two at once.
  idOfSubject(subject: string): Promise<BuyerId>
}
