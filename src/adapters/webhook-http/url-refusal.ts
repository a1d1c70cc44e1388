// What an address of an endpoint must look like. That the host's name leads to a public address is seen
// only when it is looked up, each time.

import { readAddress } from '../../domain/addresses.ts'
import { isPublicAddress } from '../../domain/public-address.ts'

export const urlRefusal = (text: string, allowHosts: string[]): string | undefined => {
  const url = URL.parse(text)
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https URL'
  if (url.username !== '' || url.password !== '') return 'must hold no user and no password'
  if (url.hash !== '') return 'must hold no #'
  if (isAllowed(url, allowHosts)) return undefined
  if (url.protocol !== 'https:')
    return `must be https, unless SECKILL_WEBHOOK_ALLOW_HOSTS names ${url.hostname}`
  const host = bareHost(url)
  if (isLocalName(host) || (readAddress(host) && !isPublicAddress(host)))
    return `is not on the internet: SECKILL_WEBHOOK_ALLOW_HOSTS must name ${url.hostname}`
  return undefined
}

// By the name, or by name and port. IPv6 addresses stand in brackets, as in a URL.
export const isAllowed = (url: URL, allowHosts: string[]): boolean => {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return allowHosts.includes(url.hostname) || allowHosts.includes(`${url.hostname}:${port}`)
}

const bareHost = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

const isLocalName = (host: string) => host === 'localhost' || host.endsWith('.localhost')
