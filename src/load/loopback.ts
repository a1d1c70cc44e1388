// Is this address the machine we run on? Load goes nowhere else by accident.

import { isIPv4 } from 'node:net'

export const isLoopback = (url: string): boolean => {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}
