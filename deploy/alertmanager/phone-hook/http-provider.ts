// A provider behind one URL: JSON, signed as Standard Webhooks are (webhook-id, webhook-timestamp and
// webhook-signature), so that whoever answers there knows who asks. What a real provider of SMS and calls
// wants to hear stands behind that URL. A try that failed is repeated under the same id, a few times only:
// Alertmanager has a longer breath.

import { createHmac, randomUUID } from 'node:crypto'
import type { PhoneProvider } from './phone-provider.ts'

interface HttpProviderOptions {
  url: string
  secret: string // base64, perhaps after `whsec_`
  timeoutMs?: number // of each try
  pausesMs?: readonly number[] // before each further one
}

// Together with the pauses less than the 10 s that Alertmanager waits.
const TIMEOUT_MS = 2500
const PAUSES_MS = [250, 500]

export const httpProvider = (options: HttpProviderOptions): PhoneProvider => ({
  text: (numbers, words) => ask(options, { kind: 'text', numbers, words }),
  call: (numbers, words) => ask(options, { kind: 'call', numbers, words }),
})

interface Wanted {
  kind: 'text' | 'call'
  numbers: readonly string[]
  words: string
}

const ask = async (options: HttpProviderOptions, wanted: Wanted): Promise<void> => {
  const id = `msg_${randomUUID()}`
  const body = JSON.stringify({ id, ...wanted })
  const pausesMs = options.pausesMs ?? PAUSES_MS
  for (let tries = 0; ; tries += 1) {
    const fault = await tryOnce(options, { id, body })
    if (fault === undefined) return
    const isLast = fault.isFinal || tries === pausesMs.length
    if (isLast) throw new Error(`${wanted.kind}: ${fault.why} (${tries + 1} tries)`)
    await new Promise((resolve) => setTimeout(resolve, pausesMs[tries]))
  }
}

interface Fault {
  why: string
  isFinal: boolean // asking again would not help
}

const tryOnce = async (
  { url, secret, timeoutMs = TIMEOUT_MS }: HttpProviderOptions,
  { id, body }: { id: string; body: string },
): Promise<Fault | undefined> => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`,
  }
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const sent = { method: 'POST', headers, body, signal, redirect: 'manual' } as const
    const { ok, status } = await fetch(url, sent)
    if (ok) return undefined
    const mayPass = status >= 500 || status === 408 || status === 429
    return { why: `the provider answered ${status}`, isFinal: !mayPass }
  } catch {
    return { why: 'the provider did not answer', isFinal: false }
  }
}

const signature = (secret: string, content: string): string => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(content).digest('base64')
}
