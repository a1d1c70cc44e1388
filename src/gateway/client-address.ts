// Whose address a request came from: that of the connection, or, when the connection is a trusted
// proxy's, what the proxies say in X-Forwarded-For. What anybody else writes there is not looked at.
// An address is never logged in full.

import type { IncomingMessage } from 'node:http'
import { addressText, readAddress, readNetwork } from '../domain/addresses.ts'
import { networks } from '../domain/networks.ts'

// The one way to write the address; empty when the connection is gone.
export type ClientAddress = (request: IncomingMessage) => string

// The settings have checked what is trusted.
export const clientAddresses = (trusted: string[]): ClientAddress => {
  const isTrusted = trustOf(trusted)
  return ({ socket, headers }) => {
    const peer = peerText(socket.remoteAddress)
    const forwarded = headers['x-forwarded-for']
    if (forwarded === undefined || !isTrusted(peer)) return peer
    return firstUntrusted(peer, String(forwarded).split(','), isTrusted)
  }
}

// Of whom the connection is.
export const peerAddress = ({ socket }: IncomingMessage): string => peerText(socket.remoteAddress)

// Node writes addresses in the one way, but for IPv4 in IPv6 clothes and zones.
const peerText = (address = ''): string => {
  if (!address.includes(':')) return address
  return /^::ffff:([\d.]+)$/.exec(address)?.[1] ?? address.replace(/%.*$/, '')
}

const trustOf = (trusted: string[]): ((address: string) => boolean) => {
  if (trusted.length === 0) return () => false
  const proxies = networks()
  for (const text of trusted) proxies.set(readNetwork(text)!, Infinity)
  return (address) => {
    const words = readAddress(address)
    return words !== undefined && proxies.has(words, 0)
  }
}

// Every proxy has appended whom it heard: from the right, the first that is no proxy of ours. What is
// left of it was written by whoever wanted to, and so is what is left of something unreadable.
const firstUntrusted = (
  peer: string,
  hops: string[],
  isTrusted: (address: string) => boolean,
): string => {
  let found = peer
  for (const hop of hops.reverse()) {
    const address = addressText(withoutPort(hop.trim()))
    if (address === undefined) return found
    found = address
    if (!isTrusted(address)) return found
  }
  return found
}

// Some proxies write the port as well: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
const withoutPort = (hop: string): string =>
  /^\[(.*)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1')
