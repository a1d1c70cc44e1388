// What the API says of whether a sale is ready.

export interface Readiness {
  ready: boolean
  checks: Check[]
}

export interface Check {
  check: string
  level: 'ok' | 'warn' | 'fail'
  says: string // for people, in English
}

export const countOf = ({ checks }: Readiness, wanted: Check['level']): number =>
  checks.filter(({ level }) => level === wanted).length
