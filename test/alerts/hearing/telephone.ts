// A provider of texts and calls, behind the URL that the phone hook asks, and the hook itself: the real program.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { startEar } from './ear.ts'

export interface Asked {
  id: string
  kind: 'text' | 'call'
  numbers: string[]
  words: string
}

export interface Telephone extends AsyncDisposable {
  url: string // of the hook
  secret: string // that it knows Alertmanager by
  asked: Asked[] // of the provider, also what it did not do
  done: Asked[]
  fails(status: number | undefined): void // the provider; undefined: no longer
  hook: ChildProcess
  output(): string
}

export const NUMBERS = ['+8613800000000', '+8613900000000']

const PROGRAM = join(import.meta.dirname, '../../../deploy/alertmanager/phone-hook/phone-hook.ts')

export const startTelephone = async (settings: Record<string, string> = {}): Promise<Telephone> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const [asked, done]: [Asked[], Asked[]] = [[], []]
  let fault: number | undefined
  const [secret, providerSecret] = [secretWord(), `whsec_${secretWord()}`]
  const signed = new Webhook(providerSecret)
  const provider = opened.use(
    await startEar(({ body, headers }) => {
      const one = signed.verify(body, headers as Record<string, string>) as Asked
      asked.push(one)
      if (fault === undefined) done.push(one)
      return { status: fault ?? 200 }
    }),
  )
  const folder = await mkdtemp(join(tmpdir(), 'seckill-telephone-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const hook = opened.use(
    await startHook({
      PHONE_HOOK_PORT: '0',
      PHONE_HOOK_SECRET_FILE: await file('secret', secret),
      PHONE_HOOK_NUMBERS_FILE: await file('numbers', NUMBERS.join('\n')),
      PHONE_HOOK_PROVIDER_URL: provider.url,
      PHONE_HOOK_PROVIDER_SECRET_FILE: await file('provider', providerSecret),
      ...settings,
    }),
  )
  const open = opened.move()
  return {
    url: hook.url,
    secret,
    asked,
    done,
    fails: (status) => (fault = status),
    hook: hook.child,
    output: hook.output,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const secretWord = () => randomBytes(24).toString('base64')

const startHook = async (settings: Record<string, string>) => {
  const env = { ...process.env, ...settings }
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const exited = once(child, 'exit')
  const killNow = () => void child.kill('SIGKILL')
  process.once('exit', killNow) // also when a test does not come to its end
  const stop = async () => {
    killNow()
    await exited
    process.off('exit', killNow)
  }
  const { promise, resolve } = Promise.withResolvers<string>()
  child.stdout.on('data', () => {
    const url = /"url":"([^"]+)"/.exec(text)?.[1]
    if (url !== undefined) resolve(url)
  })
  const url = await Promise.race([promise, exited.then(() => undefined)])
  if (url === undefined) throw new Error(`the phone hook did not start: ${text}`)
  return { url, child, output: () => text, [Symbol.asyncDispose]: stop }
}
