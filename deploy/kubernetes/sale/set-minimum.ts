// node set-minimum.ts NUMBER: so many gateways at least. Tells the autoscaler, and ends well when they are all ready.
// It runs in a pod as the account of account.yaml, whose certificate authority is in NODE_EXTRA_CA_CERTS, and stands
// alone: it is mounted into the image. It must never change anything but that one number.

import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

const ACCOUNT = process.env.ACCOUNT_FOLDER ?? '/var/run/secrets/kubernetes.io/serviceaccount'
const API = process.env.KUBERNETES_URL ?? 'https://kubernetes.default.svc'
const LOOK_EVERY_MS = Number(process.env.LOOK_EVERY_MS ?? 5000)
const ANSWER_WITHIN_MS = 10_000

const setMinimum = async (minReplicas: number) => {
  const body = JSON.stringify({ spec: { minReplicas } })
  const autoscalers = 'autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers'
  const headers = { 'content-type': 'application/merge-patch+json' }
  await ask(`${autoscalers}/gateway`, { method: 'PATCH', headers, body })
  console.log(`at least ${minReplicas} gateways, from now on`)
  for (let before = -1; ; await pause(LOOK_EVERY_MS)) {
    const ready = await readyGateways()
    if (ready !== before) console.log(`${ready} are ready`)
    if (ready >= minReplicas) return
    before = ready
  }
}

const readyGateways = async (): Promise<number> => {
  const set = await ask('apps/v1/namespaces/{namespace}/statefulsets/gateway')
  return (set as { status?: { readyReplicas?: number } }).status?.readyReplicas ?? 0
}

interface Asked {
  method?: 'PATCH'
  headers?: Record<string, string>
  body?: string
}

// The token is read each time, as it is replaced while we wait.
const ask = async (path: string, init: Asked = {}): Promise<unknown> => {
  const [token, namespace] = await Promise.all(
    ['token', 'namespace'].map(async (name) =>
      (await readFile(`${ACCOUNT}/${name}`, 'utf8')).trim(),
    ),
  )
  const url = `${API}/apis/${path.replace('{namespace}', namespace!)}`
  const headers = { ...init.headers, authorization: `Bearer ${token}` }
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const response = await fetch(url, { ...init, headers, signal })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return await response.json()
}

const asked = Number(process.argv[2])
if (!Number.isInteger(asked) || asked < 1)
  throw new Error('say how many gateways there shall be at least, like "set-minimum.ts 12"')
await setMinimum(asked)
