// All who are told of alerts, and the real Alertmanager that tells them: a telephone, WeCom, a mailbox and
// whoever hears the watchdog.

import { randomUUID } from 'node:crypto'
import { askUntil } from '../../support/ask-redis.ts'
import { type AlertmanagerServer, startAlertmanager } from '../../support/alertmanager-server.ts'
import type { Json } from '../../support/engine.ts'
import { startEar } from './ear.ts'
import { startMailbox } from './mailbox.ts'
import { startTelephone } from './telephone.ts'
import { startWecom } from './wecom.ts'

export type Way = 'text' | 'call' | 'wecom' | 'email' | 'watchdog'

export interface Everybody extends AsyncDisposable {
  alertmanager: AlertmanagerServer
  // Of the first alert with these labels: active, or suppressed; undefined where there is none.
  stateOf(labels: Record<string, string>): Promise<string | undefined>
  heard(way: Way): string[] // the words, in the order in which they came
  // Waits until it has been told in this way, after those that were heard before.
  hears(of: {
    way: Way
    alert: string
    status?: 'firing' | 'resolved'
    after?: number
  }): Promise<void>
}

const HEARD_WITHIN_MS = 90_000 // on a machine that is busy with everything else

export const startEverybody = async ({ scale }: { scale: number }): Promise<Everybody> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const [wecomSecret, password] = [randomUUID(), randomUUID()]
  const wecom = opened.use(await startWecom(wecomSecret))
  const mailbox = opened.use(await startMailbox(password))
  const watchdog = opened.use(await startEar())
  const telephone = opened.use(await startTelephone())
  const alertmanager = opened.use(
    await startAlertmanager({
      scale,
      phone: telephone,
      wecom: { url: wecom.url, secret: wecomSecret },
      smtp: { host: mailbox.host, password },
      watchdog,
    }),
  )
  const phoned = (kind: string) =>
    telephone.done.filter((one) => one.kind === kind).map(({ words }) => words)
  const heard = (way: Way): string[] => {
    switch (way) {
      case 'text':
      case 'call':
        return phoned(way)
      case 'wecom':
        return wecom.words
      case 'email':
        return mailbox.messages
      case 'watchdog':
        return watchdog.sent.map(({ body }) => body)
    }
  }
  const open = opened.move()
  return {
    alertmanager,
    stateOf: (labels) => stateOf(alertmanager, labels),
    heard,
    async hears({ way, alert, status = 'firing', after = 0 }) {
      const told = new RegExp(`${status}\\]?:? ${alert}\\b`)
      const limit = { withinMs: HEARD_WITHIN_MS, wanted: `${way} tells ${status} ${alert}` }
      await askUntil(
        async () => heard(way).slice(after),
        (words) => words.some((one) => told.test(one)),
        limit,
      )
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const stateOf = async ({ url }: AlertmanagerServer, labels: Record<string, string>) => {
  const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as Json[]
  const isIt = (alert: Json) =>
    Object.entries(labels).every(([name, value]) => alert.labels[name] === value)
  return alerts.find(isIt)?.status.state as string | undefined
}
