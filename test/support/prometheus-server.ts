// A real Prometheus as a child process, with the files of deploy/prometheus: its targets are the test's, all
// durations are shorter by one number, and what else is changed the test says.

import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { begunSomewhere } from './begun-somewhere.ts'
import { changedText } from './changed-text.ts'
import type { Json } from './engine.ts'
import { launchServer } from './launch-server.ts'
import { NO_PROMETHEUS, prometheusProgram } from './needs-prometheus.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { scaledDurations } from './scaled-durations.ts'

export interface PrometheusOptions {
  targets: { role: string; url: string }[]
  alertmanager: string // URL
  scale: number // all durations are divided by it
  rules?: Record<string, [from: string, to: string][]> // by file
}

interface PrometheusServer extends OwnServer {
  url: string
}

const SHIPPED = join(import.meta.dirname, '../../deploy/prometheus')

export const startPrometheus = (options: PrometheusOptions): Promise<PrometheusServer> =>
  startOwnServer({ name: 'prometheus' }, async ({ folder, begin }) => {
    const program = prometheusProgram()
    if (!program) throw new Error(NO_PROMETHEUS)
    const port = await begunSomewhere((at) => {
      configure(folder, { ...options, port: at })
      return begin(() => launch(program, { folder, port: at, scale: options.scale }))
    })
    return { url: `http://127.0.0.1:${port}` }
  })

const launch = (program: string, of: { folder: string; port: number; scale: number }) => {
  const { folder, port, scale } = of
  const command = [
    program,
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--rules.alert.resend-delay=${RESEND_MS / scale}ms`,
    '--log.level=warn',
  ]
  const url = `http://127.0.0.1:${port}`
  const answers = async () => {
    if (!(await fetch(`${url}/-/ready`)).ok) return false
    const { data }: Json = await (await fetch(`${url}/api/v1/status/runtimeinfo`)).json()
    return data.CWD === realpathSync(folder)
  }
  return launchServer(command, { name: 'prometheus', folder, ...LIMIT, answers })
}

const RESEND_MS = 60_000 // where nothing else is said

const LIMIT = { withinMs: 20_000 }

const configure = (folder: string, options: PrometheusOptions & { port: number }) => {
  const { alertmanager, port, rules = {}, scale, targets } = options
  const scaledFile = (file: string, changes: [from: string, to: string][]) => {
    const text = changedText(readFileSync(join(SHIPPED, file), 'utf8'), changes)
    writeFileSync(join(folder, file), scaledDurations(text, scale))
  }
  const lines = targets.map(
    ({ role, url }) => `- targets: ['${new URL(url).host}']\n        labels: { role: ${role} }`,
  )
  scaledFile('prometheus.yml', [
    ["- targets: ['127.0.0.1:3100']\n        labels: { role: all }", lines.join('\n      ')],
    ['127.0.0.1:9093', new URL(alertmanager).host],
    ['127.0.0.1:9090', `127.0.0.1:${port}`],
    ['scrape_timeout: 4s', 'scrape_timeout: 5s'], // as long as may be: the machine is busy
  ])
  mkdirSync(join(folder, 'rules'), { recursive: true })
  for (const file of readdirSync(join(SHIPPED, 'rules')))
    scaledFile(`rules/${file}`, rules[file] ?? [])
}
