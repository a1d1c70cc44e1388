// Entries of settings that name places: networks, origins of pages, and hosts. Each throws with what it
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

// As it stands in a URL, with or without a port.
export function host(raw: string): string {
  const url = URL.parse(`http://${raw}`)
  const [, port] = /:([0-9]+)$/.exec(raw) ?? []
  const shown = port === undefined ? url?.hostname : `${url?.hostname}:${port}`
  if (shown !== raw || Number(port ?? 1) < 1)
    throw new Error('hosts in small letters, like shop.internal, 10.0.0.7:8080 or [fd00::7]')
  return raw
}
