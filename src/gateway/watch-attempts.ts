// Tells the watch what in a request may be abuse. Nothing is looked up for any other request, not even its
// address; and what comes from a network that is never blocked is not counted at all. Nothing is counted of
// an address that seems to be a proxy's: everybody behind it would be blocked.

import type { IncomingMessage } from 'node:http'
import type { AbuseWatch } from '../attempt/abuse-watch.ts'
import type { AttemptRequest } from '../attempt/checks.ts'
import type { AbuseEvent } from '../domain/abuse-rules.ts'
import { readAddress, readNetwork } from '../domain/addresses.ts'
import type { Outcome } from '../domain/attempt.ts'
import type { BuyerId } from '../domain/ids.ts'
import { networks } from '../domain/networks.ts'
import type { ClientAddress } from './client-address.ts'

export interface WatchAttempts {
  attempted(outcome: Outcome, attempt: AttemptRequest, request: IncomingMessage): void
  forged(request: IncomingMessage): void // a purchase token, in any other request
}

// The settings have checked the networks.
export const watchAttempts = (of: {
  watch: Pick<AbuseWatch, 'saw'>
  clientAddress: ClientAddress
  neverBlocked: string[]
  knowsProxies: boolean
}): WatchAttempts => {
  const exempt = networks()
  for (const text of of.neverBlocked) exempt.set(readNetwork(text)!, Infinity)

  const saw = (event: AbuseEvent, request: IncomingMessage, buyerId?: BuyerId) => {
    const address = readAddress(of.clientAddress(request))
    if (address !== undefined && exempt.has(address, 0)) return
    const isProxy = !of.knowsProxies && request.headers['x-forwarded-for'] !== undefined
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
