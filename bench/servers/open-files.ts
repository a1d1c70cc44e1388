// How many files a process of this user may have open, connections among them.

import { readFileSync } from 'node:fs'

const LIMIT = /^Max open files +\S+ +(\S+)/m

// The hard limit: Node takes all it may have. Infinity where the system does not say.
export const openFilesMax = (): number => {
  try {
    const said = LIMIT.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return said === undefined || said === 'unlimited' ? Infinity : Number(said)
  } catch {
    return Infinity
  }
}
