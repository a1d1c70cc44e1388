// Entries of settings that name places: networks, and origins of pages. Each throws with what it
// expected.

import { readNetwork } from '../domain/addresses.ts'

export function network(raw: string): string {
  const read = readNetwork(raw)
  if (read === undefined)
    throw new Error(
      'addresses or CIDRs that name their first address, like 10.0.0.0/8 or 2001:db8::1',
    )
  return read.text
}

// As browsers send it: scheme, host, and the port unless it is the usual one.
export function origin(raw: string): string {
  const url = URL.parse(raw)
  if (url?.origin !== raw || !/^https?:$/.test(url.protocol))
    throw new Error('origins without a path, like https://shop.example')
  return raw
}
