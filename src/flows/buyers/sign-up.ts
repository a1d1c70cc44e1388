// A buyer makes an account. The name is looked up before the password is hashed, so that taken names
// cost nothing; of two who ask for one name at once, the store lets one have it.

import type { BuyerId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'

export type SignedUp =
  | { result: 'signed-up'; buyerId: BuyerId }
  | { result: 'name-taken' }
  | { result: 'busy' } // too many passwords at once

export const signUp = async (
  { buyers, passwords }: Pick<Ports, 'buyers' | 'passwords'>,
  { name, password }: { name: string; password: string },
): Promise<SignedUp> => {
  if (await buyers.readAccount(name)) return { result: 'name-taken' }
  const passwordHash = await passwords.hash(password)
  if (passwordHash === undefined) return { result: 'busy' }
  const buyerId = await buyers.createAccount({ name, passwordHash })
  return buyerId === undefined ? { result: 'name-taken' } : { result: 'signed-up', buyerId }
}
