// What watches for abuse in a process that speaks HTTP: it is told of requests, suspects buyers, and has a
// step for a loop that blocks whom it found.

import { abuseWatch } from '../attempt/abuse-watch.ts'
import type { BlocklistCache } from '../attempt/blocklist-cache.ts'
import { type Suspects, suspects } from '../attempt/suspects.ts'
import { abuseRules } from '../domain/abuse-rules.ts'
import { isBlocked } from '../gateway/blocked.ts'
import type { ClientAddress } from '../gateway/client-address.ts'
import { type WatchAttempts, watchAttempts } from '../gateway/watch-attempts.ts'
import { abuseBlocker } from '../workers/abuse-blocker.ts'
import type { FrontOptions } from './role.ts'

export interface Abuse {
  watch: WatchAttempts
  suspects: Suspects
  block(): Promise<void>
}

const SUSPECTS_MAX = 100_000

export const abuse = (
  { config, log, metrics, ports }: FrontOptions,
  { blocklist, clientAddress }: { blocklist: BlocklistCache; clientAddress: ClientAddress },
): Abuse => {
  const proxies = config.SECKILL_TRUSTED_PROXIES
  const suspected = suspects({ max: SUSPECTS_MAX })
  const { skipped } = metrics.abuse
  const watch = abuseWatch({
    rules: abuseRules(config.SECKILL_ABUSE_RULES),
    nowMs: ports.clock.nowMs,
    suspects: suspected,
    suspected(of) {
      metrics.abuse.suspected(of)
      log.warn(of, 'a rule suspects buyers')
    },
    skipped,
  })
  const blocked = (rule: string) => {
    metrics.abuse.blocked(rule)
    log.warn({ rule }, 'a rule has blocked somebody')
  }
  return {
    watch: watchAttempts({
      watch,
      clientAddress,
      neverBlocked: [...config.SECKILL_NEVER_BLOCKED, ...proxies],
      isBlocked: isBlocked({ blocklist, clientAddress, clock: ports.clock }),
    }),
    suspects: suspected,
    block: abuseBlocker({ ports, watch, blocked, skipped }),
  }
}
