// A machine that has no time for its gateway: the process stands still for more than three seconds, goes on for
// a moment, and stands still again. Whoever was in the middle of an attempt waits, and WeCom is told. The
// rules are as they are shipped, their durations divided by five; but rates are of twice as long, because a
// standstill is not shortened.

import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from '../../support/server.ts'
import type { Way } from '../hearing/everybody.ts'
import { needsShop, startShop } from './shop.ts'
import { startWatched } from './watched.ts'

const STANDS_STILL_MS = 3200

interface Starving extends AsyncDisposable {
  begin(): void
}

// It goes on until somebody has seen that it does. The pause is the fault itself: nothing is waited for.
const starving = (server: Server, isSeen: () => Promise<void>): Starving => {
  let isCured = false
  let fault = Promise.resolve()
  const starve = async () => {
    while (!isCured) {
      server.kill('SIGSTOP')
      await pause(STANDS_STILL_MS)
      server.kill('SIGCONT')
      await isSeen()
    }
  }
  return {
    begin: () => void (fault = starve()),
    async [Symbol.asyncDispose]() {
      isCured = true
      await fault
    },
  }
}

test('when answers take longer than three seconds, WeCom is told', needsShop(), async (context) => {
  await using shop = await startShop({ stock: 500 })
  const processes = [{ role: 'all', server: shop.server }]
  const rules: Record<string, [string, string][]> = { 'recordings.yml': [['[30s]', '[60s]']] }
  await using watched = await startWatched({ context, processes, scale: 5, rules })
  await using _crowd = shop.crowd({ clients: 200 })
  await using fault = starving(shop.server, () => watched.scraped())
  const ways: Way[] = ['wecom']
  await watched.told('SeckillSlowAnswers', { ways, cause: () => fault.begin() })
  await watched.resolved('SeckillSlowAnswers', { ways, cure: () => fault[Symbol.asyncDispose]() })
})
