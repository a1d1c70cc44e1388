// What Alertmanager sends (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), as far
// as anybody is told of it, and the few words in which one is told by phone.

export interface Alert {
  fingerprint: string
  status: 'firing' | 'resolved'
  startsAt: string
  name: string
  summary: string
}

const ALERTS_MAX = 1000

// Undefined: that is nothing of Alertmanager's.
export const readAlerts = (text: string): Alert[] | undefined => {
  const message = parsed(text)
  if (!isObject(message) || !Array.isArray(message.alerts)) return undefined
  if (message.alerts.length > ALERTS_MAX) return undefined
  const alerts = message.alerts.map(readAlert)
  return alerts.every((alert) => alert !== undefined) ? alerts : undefined
}

const readAlert = (alert: unknown): Alert | undefined => {
  if (!isObject(alert) || !isObject(alert.labels)) return undefined
  const { fingerprint, status, startsAt, labels, annotations } = alert
  if (typeof fingerprint !== 'string' || typeof startsAt !== 'string') return undefined
  if (status !== 'firing' && status !== 'resolved') return undefined
  const name = textOf(labels.alertname) ?? 'an alert without a name'
  const summary = isObject(annotations) ? textOf(annotations.summary) : undefined
  return { fingerprint, status, startsAt, name, summary: summary ?? '' }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NAMED_MAX = 3
const SUMMARY_MAX = 100 // three of them and their names are still a few messages, not a book

export const wordsOf = (alerts: readonly Alert[]): string => {
  const named = alerts.slice(0, NAMED_MAX).map(({ status, name, summary }) => {
    const short = summary.length > SUMMARY_MAX ? `${summary.slice(0, SUMMARY_MAX)}…` : summary
    return `${status}: ${name}: ${short}`
  })
  const more = alerts.length - named.length
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}
