// A receiver of webhooks, as small as one can be: it checks what comes, does each event once, and answers
// before it does anything that takes long.
//
//   SECKILL_WEBHOOK_SECRET=whsec_… node client/examples/webhook-receiver.ts

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type VerifiedWebhook, WebhookRefused, webhookVerifier } from '../webhooks.ts'

export interface ReceiverOptions {
  secrets: string[]
  done: (webhook: VerifiedWebhook) => Promise<void> // rejects: it is sent again, later
}

export const webhookReceiver = ({ secrets, done }: ReceiverOptions): Server => {
  const verify = webhookVerifier({ secrets })
  // In a real shop this is a table with the id as its key, written in the transaction of the effect.
  const seen = new Set<string>()

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const webhook = await verify({ headers: request.headers, body: await buffer(request) })
      if (!seen.has(webhook.id)) await done(webhook)
      seen.add(webhook.id)
      response.writeHead(204).end()
    } catch (error) {
      const isRefused = error instanceof WebhookRefused
      response.writeHead(isRefused ? 400 : 500).end(isRefused ? error.fault : undefined)
    }
  }

  return createServer((request, response) => void receive(request, response))
}

if (import.meta.main) {
  const secret = process.env['SECKILL_WEBHOOK_SECRET'] ?? ''
  const done = async ({ id, event }: VerifiedWebhook) => console.log(id, event.type, event.data)
  webhookReceiver({ secrets: [secret], done }).listen(4000, '127.0.0.1')
  console.log('webhooks may come to http://127.0.0.1:4000')
}
