// What a rule or a picture may ask for: what a real process with all roles counts, and what rules record.

import { startEngine } from '../support/engine.ts'
import { shippedRules } from './shipped-rules.ts'

export const knownMetrics = async (): Promise<Set<string>> => {
  const rules = [...shippedRules().values()].join('\n')
  await using engine = await startEngine()
  const { body } = await engine.look('/metrics')
  const all = [...rules.matchAll(/- record: (\S+)/g), ...body.matchAll(/^# TYPE (\w+)/gm)]
  return new Set(all.map(([, name]) => name!))
}
