// Who an admin key makes one, so that a program need not try what it may.

import type { FindOperator } from '../admin-keys.ts'
import { OperatorView } from '../schemas/operator.ts'
import { route } from '../schemas/route.ts'
import type { App } from '../server.ts'
import { operatorsOnly } from './operators.ts'

export const meRoutes =
  ({ find }: { find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)
    app.get('/api/admin/me', { schema: READ }, async ({ operator }) => operator!)
  }

const READ = route({
  summary: 'Who the admin key makes you',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: OperatorView },
  refusals: [],
})
