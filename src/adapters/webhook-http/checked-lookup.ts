// Looks a host's name up once and hands on the very addresses that were looked at, so that no second
// answer can lead elsewhere. One address among them that is not public, and there is none.

import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../../domain/public-address.ts'

export type Resolve = (host: string) => Promise<LookupAddress[]>

export const resolveHost: Resolve = (host) => systemLookup(host, { all: true })

export const checkedLookup =
  (places: 'any' | 'public', resolve: Resolve): LookupFunction =>
  (host, options, answered) => {
    const give = (addresses: LookupAddress[]) => {
      const isFit = ({ address }: LookupAddress) => places === 'any' || isPublicAddress(address)
      const [first] = addresses
      if (first === undefined || !addresses.every(isFit))
        return answered(new Error('the host has an address that is not public'), [])
      if (options.all) return answered(null, addresses)
      return answered(null, first.address, first.family)
    }
    resolve(host).then(give, (error: Error) => answered(error as NodeJS.ErrnoException, []))
  }
