// What a process without a gateway answers: whether it lives, whether it works, and its metrics.

import { adminKeys } from '../gateway/admin-keys.ts'
import { metricsRoutes } from '../gateway/routes/metrics.ts'
import { statusRoutes } from '../gateway/routes/status.ts'
import { gatewayServer } from '../gateway/server.ts'
import type { FrontOptions, Role } from './role.ts'

export const startStatus = async (options: FrontOptions): Promise<Role> => {
  const { credentials, door, log, metrics, unready, version } = options
  const find = adminKeys(credentials.adminKeys)
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
