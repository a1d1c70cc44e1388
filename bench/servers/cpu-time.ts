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
