// How figures of a plan are written for people.

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
export const percent = (share: number): string => `${Math.round(share * 100)} %`
export const ratio = (value: number): string => `${value.toFixed(1)} ×`
export const gigabits = (value: number): string => `${value.toFixed(2)} Gbit/s`

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

export const bytes = (value: number): string => {
  const power = Math.max(0, Math.min(UNITS.length - 1, Math.floor(Math.log2(value) / 10)))
  const scaled = value / 1024 ** power
  return `${scaled.toFixed(scaled < 10 && power > 0 ? 1 : 0)} ${UNITS[power]}`
}

// Milliseconds, and parts of them where they matter.
export const milliseconds = (value: number): string =>
  `${value >= 100 ? whole(value) : value >= 1 ? value.toFixed(1) : value.toFixed(3)} ms`
