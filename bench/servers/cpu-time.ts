// How much CPU time another process has had, in milliseconds; undefined where the system does not say.

import { readFileSync } from 'node:fs'

const MS_PER_TICK = 10

export const cpuTimeMs = (processId: number | undefined): number | undefined => {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK // user and system time
  } catch {
    return undefined
  }
}

// Which share of one core each of these has from now on until it is asked; nothing of one that the
// system does not tell of.
export const watchShares = (processIds: Record<string, number>) => {
  const startedAt = performance.now()
  const before = Object.entries(processIds).map(([name, id]) => ({ name, id, ms: cpuTimeMs(id) }))
  return (): Record<string, number> => {
    const tookMs = performance.now() - startedAt
    const shares = before.flatMap(({ name, id, ms }) => {
      const after = cpuTimeMs(id)
      return ms === undefined || after === undefined ? [] : [[name, (after - ms) / tookMs] as const]
    })
    return Object.fromEntries(shares)
  }
}
