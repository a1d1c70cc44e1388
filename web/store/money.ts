// Amounts come in minor units; how many make a whole one, the currency says.

import type { Order } from '../../client/shapes.ts'

export const money = (amount: number, currency: string, locale: string): string => {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amount / 10 ** digits)
}

// Empty while the price is not known.
export const totalOf = ({ price, currency, units }: Order, locale: string): string =>
  price === undefined || currency === undefined ? '' : money(price * units, currency, locale)
