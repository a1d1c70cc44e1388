// Numbers, money and instants as the console shows them, in the language and the zone of whoever looks.

import { locale } from '../language.ts'

export const whole = (count: number) => new Intl.NumberFormat(locale()).format(count)

// With one digit after the point where that says more than none.
export const rate = (value: number) =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)

export const percent = (part: number, of: number) =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(
    of === 0 ? 0 : part / of,
  )

export const money = (amount: number, currency: string) =>
  new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(
    amount / 10 ** digitsOf(currency),
  )

// How many digits of a currency stand behind the point; 2 while it is still being typed.
export const digitsOf = (currency: string): number => {
  if (!/^[A-Z]{3}$/.test(currency)) return 2
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}

export const instant = (at: string) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(at),
  )

export const clockTime = (seconds: number) =>
  new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date(seconds * 1000))

export const timeZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone
