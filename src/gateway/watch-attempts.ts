// Tells the watch what in a request may be abuse. Nothing is looked up for any other request, not even its
// address; and what comes from a network that is never blocked, or is blocked already, is not counted at all.
// Nothing is counted of an address that may be a proxy's which nobody has named: everybody behind it would be
// blocked. Whoever reaches a gateway directly can say that he is one; the edge lets nobody.

import type { IncomingMessage } from 'node:http'
import type { AbuseWatch } from '../attempt/abuse-watch.ts'
import type { AttemptRequest } from '../attempt/checks.ts'
import type { AbuseEvent } from '../domain/abuse-rules.ts'
import { readAddress, readNetwork } from '../domain/addresses.ts'
import type { Outcome } from '../domain/attempt.ts'
import type { BuyerId } from '../domain/ids.ts'
import { networks } from '../domain/networks.ts'
import type { IsBlocked } from './blocked.ts'
import { type ClientAddress, peerAddress } from './client-address.ts'

export interface WatchAttempts {
  attempted(outcome: Outcome, attempt: AttemptRequest, request: IncomingMessage): void
  forged(request: IncomingMessage): void // a purchase token, in any other request
}

// The settings have checked the networks.
export const watchAttempts = (of: {
  watch: Pick<AbuseWatch, 'saw'>
  clientAddress: ClientAddress
  neverBlocked: string[]
  isBlocked: IsBlocked
}): WatchAttempts => {
  const exempt = networks()
  for (const text of of.neverBlocked) exempt.set(readNetwork(text)!, Infinity)

  const saw = (event: AbuseEvent, request: IncomingMessage, buyerId?: BuyerId) => {
    const text = of.clientAddress(request)
    const address = readAddress(text)
    if (address !== undefined && exempt.has(address, 0)) return
    if (of.isBlocked(request, buyerId)) return
    const isForwarded = request.headers['x-forwarded-for'] !== undefined
    const isProxy = isForwarded && text === peerAddress(request)
    of.watch.saw(event, { address: isProxy ? undefined : address, buyerId })
  }

  return {
    attempted(outcome, { claims }, request) {
      if (outcome.outcome === 'unauthorized' && outcome.forged) saw('forged-token', request)
      else if (outcome.outcome === 'rate-limited' && outcome.level === 'buyer')
        saw('too-often', request, claims!.buyerId)
      if (claims?.isNew) saw('new-buyer', request, claims.buyerId)
    },
    forged: (request) => saw('forged-token', request),
  }
}
