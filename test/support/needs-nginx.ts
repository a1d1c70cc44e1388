// For tests on a real nginx: `test(name, needsNginx(), …)` skips where there is none, and says what brings
// it; in CI it fails instead.

import { NO_NGINX, nginxProgram } from './nginx-server.ts'

export const needsNginx = (): { skip: string | false } => {
  if (nginxProgram()) return { skip: false }
  if (process.env.CI === 'true') throw new Error(NO_NGINX)
  return { skip: NO_NGINX }
}
