// The shipped rules of Prometheus as text, and what tests look for in them. They are written in one manner:
// an alert is `- alert: Name`, and its expression ends where `for:` or `labels:` begins.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const DEPLOY = join(import.meta.dirname, '../../deploy')

const FOLDER = join(DEPLOY, 'prometheus/rules')

// By file name.
export const shippedRules = (): Map<string, string> =>
  new Map(readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]))

interface ShippedAlert {
  name: string
  text: string // all that is said of it
}

export const shippedAlerts = (): ShippedAlert[] =>
  [...shippedRules().values()].flatMap((text) =>
    text.split(/\n(?= {6}- )/).flatMap((rule) => {
      const name = /^ {6}- alert: (\w+)$/m.exec(rule)?.[1]
      return name === undefined ? [] : [{ name, text: rule }]
    }),
  )

// Every alert of the file with this expression, and at once.
export const withExpression = (text: string, expression: string): string =>
  text
    .replaceAll(
      /(- alert: \w+\n {8}expr:)[^]*?(?=\n {8}(?:for|labels):)/g,
      (_, start: string) => `${start} ${expression}`,
    )
    .replaceAll(/\n {8}for: .*/g, '')

// Of the engine and its process, without what histograms add; and recorded ones.
export const metricNames = (text: string): string[] => {
  const names = text.matchAll(/\b(?:seckill|process|nodejs)_\w+|\bseckill:\w+:\w+/g)
  return [...new Set([...names].map(([name]) => name.replace(/_(bucket|sum|count)$/, '')))].sort()
}
