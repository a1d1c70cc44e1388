// What this process was started with, for operators.

import type { FindOperator } from '../admin-keys.ts'
import { route } from '../schemas/route.ts'
import { SettingsView, type SettingView } from '../schemas/settings.ts'
import type { App } from '../server.ts'
import { operatorsOnly } from './operators.ts'

export const settingsRoutes =
  ({ settings, find }: { settings: SettingView[]; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)
    app.get('/api/admin/settings', { schema: READ }, async () => ({ settings }))
  }

const READ = route({
  summary: 'The settings of this process',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: SettingsView },
  refusals: [],
})
