// What every store of buyers must keep: a name and a subject belong to one buyer for ever, and no id is
// given twice.

import assert from 'node:assert/strict'
import { isId } from '../../src/domain/ids.ts'
import type { Buyers } from '../../src/ports/buyers.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'

export interface BuyersSetup extends AsyncDisposable {
  buyers: Buyers
}

export const buyersContract = (name: string, options: ContractOptions<BuyersSetup>): void =>
  contract(`buyers: ${name}`, options, { ...accountClaims, ...subjectClaims })

const ann = { name: 'ann', passwordHash: '$hash$of$ann' }

const accountClaims: Claims<BuyersSetup> = {
  'an account is read as it was created, by its name': async ({ buyers }) => {
    const buyerId = await buyers.createAccount(ann)
    assert(buyerId !== undefined && isId(buyerId))
    assert.deepEqual(
      { ...(await buyers.readAccount('ann')) },
      { buyerId, passwordHash: ann.passwordHash },
    )
    assert.equal(await buyers.readAccount('bob'), undefined)
  },

  'a name that is taken is not given again, and its account stays as it was': async ({
    buyers,
  }) => {
    const buyerId = await buyers.createAccount(ann)
    assert.equal(await buyers.createAccount({ ...ann, passwordHash: 'other' }), undefined)
    assert.deepEqual(
      { ...(await buyers.readAccount('ann')) },
      { buyerId, passwordHash: ann.passwordHash },
    )
  },

  'of many who ask for one name at once, one gets it': async ({ buyers }) => {
    const asked = Array.from({ length: 20 }, (_, at) =>
      buyers.createAccount({ name: 'ann', passwordHash: `hash ${at}` }),
    )
    const made = (await Promise.all(asked)).filter((buyerId) => buyerId !== undefined)
    assert.equal(made.length, 1)
    assert.equal((await buyers.readAccount('ann'))?.buyerId, made[0])
  },

  'names are compared letter by letter': async ({ buyers }) => {
    const names = ['ann', 'Ann', 'änn', 'an', '安', '😀', "a'n"]
    const ids = await Promise.all(names.map((name) => buyers.createAccount({ ...ann, name })))
    assert.equal(new Set(ids).size, names.length)
    for (const [at, name] of names.entries())
      assert.equal((await buyers.readAccount(name))?.buyerId, ids[at])
  },

  'a hash is changed only while it is the one that was read': async ({ buyers }) => {
    const buyerId = (await buyers.createAccount(ann))!
    await buyers.changePasswordHash({ buyerId, from: 'not it', to: 'stronger' })
    assert.equal((await buyers.readAccount('ann'))?.passwordHash, ann.passwordHash)
    await buyers.changePasswordHash({ buyerId, from: ann.passwordHash, to: 'stronger' })
    assert.equal((await buyers.readAccount('ann'))?.passwordHash, 'stronger')
  },
}

const subjectClaims: Claims<BuyersSetup> = {
  'a subject has one id, the same each time': async ({ buyers }) => {
    const buyerId = await buyers.idOfSubject('auth0|1')
    assert(isId(buyerId))
    assert.equal(await buyers.idOfSubject('auth0|1'), buyerId)
    assert.notEqual(await buyers.idOfSubject('auth0|2'), buyerId)
  },

  'many who ask for one subject at once get one id': async ({ buyers }) => {
    const asked = Array.from({ length: 20 }, () => buyers.idOfSubject('auth0|1'))
    assert.equal(new Set(await Promise.all(asked)).size, 1)
  },

  'a name and a subject are different things': async ({ buyers }) => {
    const buyerId = await buyers.createAccount(ann)
    assert.notEqual(await buyers.idOfSubject('ann'), buyerId)
    await buyers.idOfSubject('bob')
    assert.equal(await buyers.readAccount('bob'), undefined)
  },
}
