// What a process without a gateway answers: whether it lives, whether it works, and its metrics. The same,
// and nothing else, any process answers at its operations port, where no key is asked for: that port is
// for those who watch it, and stays open until everything else has stopped.

import type { Config } from '../config.ts'
import { adminKeys, type FindOperator } from '../gateway/admin-keys.ts'
import { type Door, openDoor } from '../gateway/door.ts'
import { metricsRoutes } from '../gateway/routes/metrics.ts'
import { statusRoutes } from '../gateway/routes/status.ts'
import { gatewayServer } from '../gateway/server.ts'
import type { FrontOptions, Role } from './role.ts'

export const startStatus = (options: FrontOptions): Promise<Role> =>
  startWith(options, adminKeys(options.credentials.adminKeys))

export const startOperations = (options: FrontOptions): Promise<Role> =>
  startWith(options, undefined)

const startWith = async (
  { door, log, metrics, unready, version }: FrontOptions,
  find: FindOperator | undefined, // undefined: metrics without a key
): Promise<Role> => {
  const app = await gatewayServer({
    log,
    routes: [statusRoutes({ unready, version }), metricsRoutes({ metrics, find })],
    server: door.server,
  })
  return {
    unready: () => [],
    async stop() {
      await Promise.all([door.close(), app.close()])
    },
  }
}

export const openOperations = async (
  config: Config,
  version: string,
): Promise<Door | undefined> => {
  const { SECKILL_OPERATIONS_HOST: host, SECKILL_OPERATIONS_PORT: port } = config
  return port === 'off' ? undefined : openDoor({ host, port, version })
}
