// Is this an address of the internet at large? Whatever lies elsewhere (this machine, its networks, the
// metadata of a cloud, a tunnel back into any of them) is none. Of IPv6 only global unicast is public, so
// that forms of address that are made up later are refused until they are looked at.
//
// https://www.iana.org/assignments/iana-ipv4-special-registry
// https://www.iana.org/assignments/iana-ipv6-special-registry

import assert from 'node:assert/strict'
import { readAddress, readNetwork } from './addresses.ts'
import { networks } from './networks.ts'

const PUBLIC = ['0.0.0.0/0', '2000::/3']

const NOT_PUBLIC = [
  '0.0.0.0/8', // unspecified, this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's NAT; some clouds' metadata
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // a cloud's own platform, on every of its machines
  '169.254.0.0/16', // link-local; most clouds' metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '2001::/23', // protocol assignments; tunnels to IPv4 addresses (Teredo)
  '2001:db8::/32', // documentation
  '2002::/16', // tunnels to IPv4 addresses (6to4)
  '3fff::/20', // documentation
]

const tableOf = (texts: string[]) => {
  const table = networks()
  for (const text of texts) {
    const network = readNetwork(text)
    assert(network, `no network: ${text}`)
    table.set(network, Infinity)
  }
  return table
}

const publicNetworks = tableOf(PUBLIC)
const otherNetworks = tableOf(NOT_PUBLIC)

// False for whatever is no address. An IPv4 address in IPv6 clothes is the IPv4 address.
export const isPublicAddress = (text: string): boolean => {
  const address = readAddress(text)
  return address !== undefined && publicNetworks.has(address, 0) && !otherNetworks.has(address, 0)
}
