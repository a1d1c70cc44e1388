// Blocks whom the rules have found, as an operator would: through the blocklist, with an end and an entry
// in the audit log. Several gateways that find the same one renew each other's block.

import type { AbuseWatch } from '../attempt/abuse-watch.ts'
import { blockAll } from '../flows/operators/block.ts'
import type { Ports } from '../ports/ports.ts'

export interface AbuseBlockerDeps {
  ports: Pick<Ports, 'blocklist' | 'changes' | 'clock'>
  watch: AbuseWatch
  blocked: (rule: string) => void
  skipped: (rule: string) => void // the blocklist is full
}

// One step of a loop. What fails is due again.
export const abuseBlocker =
  ({ ports, watch, blocked, skipped }: AbuseBlockerDeps) =>
  async (): Promise<void> => {
    const kinds = Map.groupBy(watch.due(), ({ block }) => block.kind) // of one there may be too many
    for (const due of kinds.values()) {
      const blocks = due.map(({ block }) => block)
      const { result } = await blockAll(ports, blocks)
      watch.done(due)
      const count = result === 'blocked' ? blocked : skipped
      for (const { rule } of due) count(rule)
    }
  }
