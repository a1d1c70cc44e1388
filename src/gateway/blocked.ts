// Whether a request is refused because of who asks, or from where. Attempts are asked by their checks;
// this is for all else that a blocked buyer must not get: a way into a sale.

import type { IncomingMessage } from 'node:http'
import type { BlocklistCache } from '../attempt/blocklist-cache.ts'
import type { BuyerId } from '../domain/ids.ts'
import type { Ports } from '../ports/ports.ts'
import type { ClientAddress } from './client-address.ts'

export type IsBlocked = (request: IncomingMessage, buyerId?: BuyerId) => boolean

export const isBlocked =
  (of: {
    blocklist: BlocklistCache
    clientAddress: ClientAddress
    clock: Pick<Ports['clock'], 'nowMs'>
  }): IsBlocked =>
  (request, buyerId) => {
    const nowMs = of.clock.nowMs()
    if (buyerId !== undefined && of.blocklist.blocksBuyer(buyerId, nowMs)) return true
    return (
      of.blocklist.namesAddresses() && of.blocklist.blocksAddress(of.clientAddress(request), nowMs)
    )
  }
