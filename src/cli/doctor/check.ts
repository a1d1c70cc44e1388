// One line of the doctor: what was looked at, whether it is well, and what to do when it is not.

export interface Check {
  check: string
  level: 'ok' | 'warn' | 'fail'
  says: string
}

export const ok = (check: string, says: string): Check => ({ check, level: 'ok', says })
export const warn = (check: string, says: string): Check => ({ check, level: 'warn', says })
export const fail = (check: string, says: string): Check => ({ check, level: 'fail', says })
