// A real nginx as a child process, with the files of deploy/nginx as they are: only what an operator edits
// is a test's own, on free ports and in a folder of its own. It is one process without a master, so that
// nothing of it can outlive the test.

import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { launchServer, onPath } from './launch-server.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'

export interface NginxOptions {
  gateways: string[] // URLs
  origins?: string[] // that may call the API
  trustedProxies?: string[]
  isUnlimited?: boolean // by address: for tests of other things
  listen?: (port: number) => string // instead of listen.conf
  changed?: Record<string, [from: string, to: string][]> // lines of its files, to be quicker for example
}

export interface NginxServer extends OwnServer {
  url: string
  port: number
  log(): string // everything it has written: of itself, and of requests
  restart(gateways?: string[]): Promise<void> // on the same port, with what it has kept
}

export const startNginx = (options: NginxOptions): Promise<NginxServer> =>
  startOwnServer({ name: 'nginx' }, async ({ folder, begin }) => {
    const port = await begunSomewhere(folder, options, begin)
    return {
      port,
      url: `http://127.0.0.1:${port}`,
      log: () => LOGS.map((file) => readIfThere(join(folder, file))).join(''),
      restart: (gateways = options.gateways) => {
        configure(folder, { ...options, gateways, ...portsOf(folder) })
        return begin(() => launch(folder))
      },
    }
  })

// Undefined where it is not installed.
export const nginxProgram = (): string | undefined => onPath('nginx')

export const NO_NGINX = 'there is no nginx: "npm run servers" installs it'

const SHIPPED = join(import.meta.dirname, '../../deploy/nginx')
const LOGS = ['server.log', 'logs/access.log']
const PORTS_TRIED_MAX = 5

type Begin = Parameters<Parameters<typeof startOwnServer>[1]>[0]['begin']

// A free port may be somebody else's by the time it is listened on: then it is another one's turn.
const begunSomewhere = async (folder: string, options: NginxOptions, begin: Begin) => {
  for (const name of ['logs', 'caches', 'temporary']) mkdirSync(join(folder, name))
  for (let tries = 1; ; tries += 1) {
    const ports = { port: await freePort(), insidePort: await freePort() }
    writeFileSync(join(folder, 'ports.json'), JSON.stringify(ports))
    configure(folder, { ...options, ...ports })
    try {
      await begin(() => launch(folder))
      return ports.port
    } catch (error) {
      const isTaken = (error as Error).message.includes('Address already in use')
      if (!isTaken || tries === PORTS_TRIED_MAX) throw error
    }
  }
}

interface Ports {
  port: number
  insidePort: number
}

const portsOf = (folder: string): Ports =>
  JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')) as Ports

const launch = (folder: string) => {
  const program = nginxProgram()
  if (!program) throw new Error(NO_NGINX)
  const pidFile = join(folder, 'nginx.pid')
  return launchServer([program, '-e', 'stderr', '-p', folder, '-c', 'conf/nginx.conf'], {
    name: 'nginx',
    folder,
    withinMs: 10_000,
    // It is written once it listens.
    answers: async ({ processId }) => readIfThere(pidFile).trim() === String(processId),
  })
}

const configure = (folder: string, options: NginxOptions & Ports) => {
  const { gateways, insidePort, listen = listenPlainly, origins = [], port } = options
  const { trustedProxies = [] } = options
  const conf = join(folder, 'conf')
  cpSync(SHIPPED, conf, { recursive: true })
  const own = {
    'process.conf': 'daemon off; master_process off; pid nginx.pid; error_log stderr notice;',
    'listen.conf': listen(port),
  }
  for (const [file, text] of Object.entries(own)) writeFileSync(join(conf, file), text)
  const servers = gateways.map((url) => `server ${new URL(url).host} max_fails=3 fail_timeout=5s;`)
  change(conf, 'upstreams.conf', [['server 127.0.0.1:3000 max_fails=3 fail_timeout=5s;', servers]])
  change(conf, 'sale-state.conf', [['127.0.0.1:8079', [`127.0.0.1:${insidePort}`]]])
  change(conf, 'origins.conf', [['default "";', ['default "";', ...origins.map(asOrigin)]]])
  change(conf, 'trusted-proxies.conf', [
    ['real_ip_recursive on;', ['real_ip_recursive on;', ...trustedProxies.map(asTrusted)]],
  ])
  for (const [file, lines] of Object.entries(options.changed ?? {}))
    change(
      conf,
      file,
      lines.map(([from, to]) => [from, [to]]),
    )
  if (options.isUnlimited) raiseRates(conf)
}

const listenPlainly = (port: number) => `listen 127.0.0.1:${port} backlog=4096; server_name _;`

const asOrigin = (origin: string) => `${origin} ${origin};`
const asTrusted = (network: string) => `set_real_ip_from ${network};`

const change = (conf: string, file: string, lines: [from: string, to: string[]][]) => {
  const path = join(conf, file)
  let text = readFileSync(path, 'utf8')
  for (const [from, to] of lines) {
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" any more`)
    text = text.replaceAll(from, to.join('\n'))
  }
  writeFileSync(path, text)
}

// Within one millisecond only the burst counts, whatever the rate is.
const raiseRates = (conf: string) => {
  for (const file of ['rates.conf', 'locations.conf', 'kept-state.conf']) {
    const path = join(conf, file)
    const text = readFileSync(path, 'utf8')
      .replaceAll(/ rate=\d+r\/s/g, ' rate=100000r/s')
      .replaceAll(/ burst=\d+ /g, ' burst=100000 ')
      .replace('limit_conn at_once 100;', 'limit_conn at_once 10000;')
    writeFileSync(path, text)
  }
}

const readIfThere = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
