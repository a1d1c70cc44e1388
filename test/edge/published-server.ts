// A real nginx that has published pages and nothing else: deploy/nginx/published.example.conf as it is, but
// for its address, its folder and where it looks for the API.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import { launchServer } from '../support/launch-server.ts'
import { nginxProgram, NO_NGINX } from '../support/nginx-server.ts'
import { type OwnServer, startOwnServer } from '../support/own-server.ts'

const SHIPPED = join(import.meta.dirname, '../../deploy/nginx/published.example.conf')

export const startPublishedServer = (of: {
  pages: string // the folder
  api: string // a URL
}): Promise<OwnServer & { url: string }> =>
  startOwnServer({ name: 'published' }, async ({ begin, folder }) => {
    const url = `http://127.0.0.1:${await freePort()}`
    mkdirSync(join(folder, 'temporary'))
    writeFileSync(join(folder, 'nginx.conf'), configuration({ ...of, url }))
    await begin(() => launch(folder, url))
    return { url }
  })

const configuration = ({ api, pages, url }: { api: string; pages: string; url: string }) => {
  const server = changed(readFileSync(SHIPPED, 'utf8'), [
    ['127.0.0.1:8090', new URL(url).host],
    ['/var/www/seckill', pages],
    ['http://127.0.0.1:3000', api],
  ])
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path temporary/${one};`,
  )
  const process = 'daemon off; master_process off; pid nginx.pid; error_log stderr notice;'
  return `${process} events { } http { access_log off; ${folders.join(' ')}\n${server}\n}`
}

const changed = (text: string, lines: [from: string, to: string][]) =>
  lines.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`published.example.conf has no "${from}" any more`)
    return before.replaceAll(from, to)
  }, text)

const launch = (folder: string, url: string) => {
  const program = nginxProgram()
  if (!program) throw new Error(NO_NGINX)
  return launchServer([program, '-e', 'stderr', '-p', folder, '-c', 'nginx.conf'], {
    name: 'nginx',
    folder,
    withinMs: 10_000,
    answers: () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
  })
}
