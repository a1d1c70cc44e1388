// A real Alertmanager as a child process, with the files of deploy/alertmanager: only where messages go, the
// secrets and all durations are the test's.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { begunSomewhere } from './begun-somewhere.ts'
import { changedText } from './changed-text.ts'
import type { Json } from './engine.ts'
import { launchServer } from './launch-server.ts'
import { alertmanagerProgram, NO_PROMETHEUS } from './needs-prometheus.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { scaledDurations } from './scaled-durations.ts'

interface AlertmanagerOptions {
  scale: number // all durations are divided by it
  phone: { url: string; secret: string }
  wecom: { url: string; secret: string }
  smtp: { host: string; password: string } // with its port
  watchdog: { url: string }
}

export interface AlertmanagerServer extends OwnServer {
  url: string
}

const SHIPPED = join(import.meta.dirname, '../../deploy/alertmanager')

export const startAlertmanager = (options: AlertmanagerOptions): Promise<AlertmanagerServer> =>
  startOwnServer({ name: 'alertmanager' }, async ({ folder, begin }) => {
    const program = alertmanagerProgram()
    if (!program) throw new Error(NO_PROMETHEUS)
    configure(folder, options)
    const port = await begunSomewhere((at) => begin(() => launch(program, { folder, port: at })))
    return { url: `http://127.0.0.1:${port}` }
  })

const launch = (program: string, { folder, port }: { folder: string; port: number }) => {
  const command = [
    program,
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=', // alone
    '--log.level=warn',
  ]
  const url = `http://127.0.0.1:${port}`
  const answers = async () => {
    if (!(await fetch(`${url}/-/ready`)).ok) return false
    const { config }: Json = await (await fetch(`${url}/api/v2/status`)).json()
    return config.original.includes(folder)
  }
  return launchServer(command, { name: 'alertmanager', folder, ...LIMIT, answers })
}

const LIMIT = { withinMs: 20_000 }

const configure = (folder: string, of: AlertmanagerOptions) => {
  const secrets = join(folder, 'secrets')
  mkdirSync(secrets)
  writeFileSync(join(secrets, 'smtp-password'), of.smtp.password)
  writeFileSync(join(secrets, 'phone-hook'), of.phone.secret)
  cpSync(join(SHIPPED, 'words.tmpl'), join(folder, 'words.tmpl'))
  const text = changedText(readFileSync(join(SHIPPED, 'alertmanager.yml'), 'utf8'), [
    ['/etc/alertmanager/secrets', secrets],
    ['smtp.example.com:587', `${of.smtp.host}\n  smtp_require_tls: false`],
    ['https://qyapi.weixin.qq.com', of.wecom.url],
    ['the-secret-of-the-application', of.wecom.secret],
    ['http://127.0.0.1:9095/alerts', of.phone.url],
    ['https://watchdog.example.com/seckill', of.watchdog.url],
  ])
  writeFileSync(join(folder, 'alertmanager.yml'), scaledDurations(text, of.scale))
}
