// An engine with a real nginx in front, for tests of the edge: what is asked through it, and what is asked
// behind its back.

import { type Client, clientOf, type Engine, startEngine } from '../support/engine.ts'
import { type NginxOptions, type NginxServer, startNginx } from '../support/nginx-server.ts'

export interface Edge extends AsyncDisposable {
  front: Client // through nginx
  engine: Engine // past it
  nginx: NginxServer
  loseGateways(): Promise<void> // for good
}

export const startEdge = async (
  options: Partial<NginxOptions> = {},
  settings: Record<string, string> = {},
): Promise<Edge> => {
  const engine = await startEngine({ SECKILL_TRUSTED_PROXIES: '127.0.0.1', ...settings })
  let stopped: Promise<unknown> | undefined
  const loseGateways = async () => {
    await (stopped ??= Promise.resolve(engine[Symbol.asyncDispose]()))
  }
  const nginx = await startNginx({ gateways: [engine.url], ...options }).catch(async (error) => {
    await loseGateways()
    throw error
  })
  return {
    front: clientOf(nginx.url),
    engine,
    nginx,
    loseGateways,
    async [Symbol.asyncDispose]() {
      await loseGateways()
      await nginx.stop()
    },
  }
}
