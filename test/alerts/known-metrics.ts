// What a rule or a picture may ask for: what a real process with all roles counts, what rules record, and what
// Alertmanager counts.

import { startEngine } from '../support/engine.ts'
import { shippedRules } from './shipped-rules.ts'

// https://github.com/prometheus/alertmanager/blob/v0.25.0/notify/notify.go
const OF_ALERTMANAGER = ['alertmanager_notifications_failed_total']

export const knownMetrics = async (): Promise<Set<string>> => {
  const rules = [...shippedRules().values()].join('\n')
  await using engine = await startEngine()
  const { body } = await engine.look('/metrics')
  const all = [...rules.matchAll(/- record: (\S+)/g), ...body.matchAll(/^# TYPE (\w+)/gm)]
  return new Set([...all.map(([, name]) => name!), ...OF_ALERTMANAGER])
}
