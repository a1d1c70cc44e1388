// The phone hook: what Alertmanager tells it, it tells people by text and by call. A program of its own, so
// that it runs where the engine does not: `node deploy/alertmanager/phone-hook/phone-hook.ts`. Its settings
// are in hook-settings.ts; another provider takes the place of httpProvider here.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { hookServer } from './hook-server.ts'
import { type HookSettings, hookSettings } from './hook-settings.ts'
import { httpProvider } from './http-provider.ts'
import { tellPeople } from './tell-people.ts'

const main = async () => {
  const { host, port, secret, numbers, quietMs, provider } = readSettings()
  const nowMs = () => performance.now()
  const tell = tellPeople({ provider: httpProvider(provider), numbers, quietMs, nowMs })
  const log = (event: Record<string, unknown>) =>
    console.log(JSON.stringify({ at: new Date().toISOString(), ...event }))
  const server = hookServer({ tell, secret, log })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close())
  server.listen(port, host)
  await once(server, 'listening')
  const { port: given } = server.address() as AddressInfo
  log({ event: 'listening', url: `http://${host}:${given}/alerts`, people: numbers.length })
}

const readSettings = (): HookSettings => {
  try {
    return hookSettings(process.env)
  } catch (error) {
    console.error(`phone hook: ${(error as Error).message}`)
    process.exit(1)
  }
}

await main()
