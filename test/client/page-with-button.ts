// A page of another origin with the built button in it, under as strict a policy as there is. It keeps what
// it hears from the button in itself.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export const BUTTON = join(import.meta.dirname, '../../web/dist/button/seckill-button.js')

export interface PageWithButton extends AsyncDisposable {
  url: string // its origin
  shows(of: { engine: string; saleId: string; lang?: string; attributes?: string }): void
  gives(token: string | undefined): void // as purchase token
  breaks(): void // it can give none
  asked: string[] // whether the token before was stale, each time the page was asked for one
}

const SCRIPT = `
const button = document.querySelector('seckill-button')
button.purchaseToken = async (isStale) => {
  const answer = await fetch('/token?' + isStale)
  if (!answer.ok) throw new Error('no purchase token')
  return (await answer.text()) || undefined
}
for (const name of ['seckill-outcome', 'seckill-accepted'])
  document.addEventListener(name, ({ detail }) =>
    document.querySelector('#heard').append(name + ' ' + JSON.stringify(detail) + '\\n'))
`

const STYLE = `
seckill-button { --seckill-accent: rgb(1, 2, 3) }
`

export const startPageWithButton = async (): Promise<PageWithButton> => {
  let html = ''
  let engine = ''
  let token: string | undefined
  let isBroken = false
  const asked: string[] = []
  const server = createServer((request, response) => {
    const [path, query] = (request.url ?? '/').split('?')
    const send = (type: string, body: string, status = 200) => {
      const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ${engine}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
      const headers = { 'content-type': type, 'content-security-policy': policy }
      response.writeHead(status, headers).end(body)
    }
    if (path === '/token') {
      asked.push(query ?? '')
      return send('text/plain', token ?? '', isBroken ? 500 : 200)
    }
    if (path === '/page.js') return send('text/javascript', SCRIPT)
    if (path === '/page.css') return send('text/css', STYLE)
    if (path === '/seckill-button.js')
      return send('text/javascript; charset=utf-8', readFileSync(BUTTON, 'utf8'))
    return send('text/html; charset=utf-8', html)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    gives(given) {
      token = given
      isBroken = false
    },
    breaks() {
      isBroken = true
    },
    shows(of) {
      engine = of.engine
      html = `<!doctype html><html lang="${of.lang ?? 'en'}"><title>A page</title>
<link rel="stylesheet" href="/page.css" />
<script type="module" src="/page.js"></script>
<script type="module" src="/seckill-button.js"></script>
<seckill-button sale="${of.saleId}" src="${of.engine}" ${of.attributes ?? ''}></seckill-button>
<pre id="heard"></pre>`
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
