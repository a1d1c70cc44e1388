// Times as people type them in a time zone, and the instants they are. Where the clocks go forward a time does not
// exist; where they go back it is there twice, and its text says by its offset which of the two is meant.

// A time as it stands on a clock, like 2026-11-11T20:00:00; where it is there twice with its offset behind it.
export type LocalText = string

export type LocalTime =
  | { kind: 'none' } // it is no time
  | { kind: 'skipped'; next: LocalText } // the clocks go past it; they show `next` at that instant
  | { kind: 'once'; atMs: number }
  | { kind: 'twice'; atMs: number; twins: [LocalText, LocalText] } // the first one, unless it says otherwise

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d+)?([+-]\d\d:\d\d)?$/

export const localTime = (text: LocalText, zone: string): LocalTime => {
  const [, minutes = '', seconds = ':00', offset] = FORM.exec(text) ?? []
  const wallMs = Date.parse(`${minutes}${seconds}Z`)
  if (Number.isNaN(wallMs) || wallText(wallMs) !== minutes + seconds) return { kind: 'none' }
  const [first, second] = instantsOf(wallMs, zone)
  if (first === undefined) {
    const next = localText(wallMs - offsetMs(wallMs - DAY_MS, zone), zone)
    return { kind: 'skipped', next }
  }
  if (second === undefined) return { kind: 'once', atMs: first }
  const twins: [LocalText, LocalText] = [localText(first, zone), localText(second, zone)]
  const isSecond = offset !== undefined && twins[1].endsWith(offset)
  return { kind: 'twice', atMs: isSecond ? second : first, twins }
}

export const localText = (atMs: number, zone: string): LocalText => {
  const offset = offsetMs(atMs, zone)
  const wallMs = Math.floor(atMs / 1000) * 1000 + offset
  const isTwice = instantsOf(wallMs, zone).length > 1
  return wallText(wallMs) + (isTwice ? offsetText(offset) : '')
}

// What a field for a time shows of it, which knows no offsets.
export const wallOf = (text: LocalText): string => text.replace(/[+-]\d\d:\d\d$/, '')

// A time of another day: as many days later, at the same time of the clock.
export const daysLater = (text: LocalText, days: number): LocalText => {
  const wallMs = Date.parse(`${wallOf(text)}Z`)
  return Number.isNaN(wallMs) ? text : wallText(wallMs + days * DAY_MS)
}

// The zones a browser knows, without those that are named already.
export const otherZones = (named: string[]): string[] =>
  Intl.supportedValuesOf('timeZone').filter((zone) => !named.includes(zone))

// No zone is further than a day from UTC, so the offsets before and after are those of a day around.
const instantsOf = (wallMs: number, zone: string): number[] => {
  const around = [offsetMs(wallMs - DAY_MS, zone), offsetMs(wallMs + DAY_MS, zone)]
  const found = [...new Set(around)].filter((offset) => offsetMs(wallMs - offset, zone) === offset)
  return found.map((offset) => wallMs - offset).sort((a, b) => a - b)
}

// How far the clocks of a zone are ahead of UTC.
const offsetMs = (atMs: number, zone: string): number => {
  const parts = clockOf(zone).formatToParts(atMs)
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value)
  const [year, month, day] = [part('year'), part('month'), part('day')]
  const wallMs = Date.UTC(year, month - 1, day, part('hour'), part('minute'), part('second'))
  return wallMs - Math.floor(atMs / 1000) * 1000
}

const clocks = new Map<string, Intl.DateTimeFormat>() // making one takes longer than using it a hundred times

const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone)
  if (known) return known
  const two = '2-digit'
  const date = { year: 'numeric', month: two, day: two } as const
  const time = { hour: two, minute: two, second: two, hourCycle: 'h23' } as const
  const clock = new Intl.DateTimeFormat('en', { timeZone: zone, ...date, ...time })
  clocks.set(zone, clock)
  return clock
}

const wallText = (wallMs: number) => new Date(wallMs).toISOString().slice(0, 19)

const offsetText = (offset: number) => {
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.abs(offset) / MINUTE_MS
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
