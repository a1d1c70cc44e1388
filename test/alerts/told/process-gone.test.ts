// The only process is killed: whoever is on duty is called because there is no gateway, and is not told besides
// that a process is down, which follows. It is started again, and it is over. The watchdog is heard all the
// while. The rules are as they are shipped, their durations divided by ten.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../support/engine.ts'
import { freePort } from '../../support/free-port.ts'
import { needsPrometheus } from '../../support/needs-prometheus.ts'
import { startServer } from '../../support/server.ts'
import { startWatched } from './watched.ts'

test('when the last gateway is gone, people are called', needsPrometheus(), async (context) => {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'seckill-gone-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const env = { SECKILL_DATA: folder, SECKILL_OPERATIONS_PORT: String(await freePort()) }
  const server = opened.use(await startServer({ env }))
  const processes = [{ role: 'all', server }]
  const watched = opened.use(await startWatched({ context, processes, scale: 10 }))
  await watched.told('SeckillNoGateway', {
    ways: ['call', 'text', 'wecom'],
    cause: () => server.kill(),
  })
  await eventually(
    () => watched.stateOf('SeckillProcessDown'),
    (state) => state === 'suppressed',
  )
  const words = watched.everybody.heard('wecom')
  assert(words.every((one) => !one.includes('SeckillProcessDown')))
  await watched.resolved('SeckillNoGateway', {
    ways: ['text', 'wecom'],
    cure: async () => opened.use(await startServer({ env })),
  })
  assert(watched.everybody.heard('watchdog').length > 0)
})
