// What the payment provider tells by webhook. The signature is of the bytes as they came, so nothing
// here reads the body before it is verified.

import type { FastifyReply } from 'fastify'
import { type ReceivedPayment, receivePayment } from '../../flows/orders/receive-payment.ts'
import type { Ports } from '../../ports/ports.ts'
import { json, problem } from '../answers.ts'
import { WebhookBody, WebhookHeaders, WebhookView } from '../schemas/payments.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

export interface PaymentWebhookDeps {
  ports: Pick<Ports, 'clock' | 'payments' | 'provider'>
  received: (received: ReceivedPayment) => void
}

export const paymentWebhookRoutes =
  ({ ports, received: tell }: PaymentWebhookDeps) =>
  (app: App) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, asItCame)

    app.post<{ Body: Buffer | undefined }>(
      '/api/payments/webhook',
      { schema: WEBHOOK, validatorCompiler: () => () => true },
      async ({ headers, body = Buffer.alloc(0) }, reply) => {
        const received = await receivePayment(ports, { headers, body })
        tell(received)
        return receivedAnswer(reply, received)
      },
    )
  }

const asItCame = async (_request: unknown, body: Buffer) => body

const receivedAnswer = (reply: FastifyReply, received: ReceivedPayment) => {
  const { result } = received
  switch (result) {
    case 'changed':
    case 'unchanged':
    case 'repeated':
    case 'ignored':
      return answer(reply, json(200, { result }))
    case 'no-such-payment':
      return answer(reply, problem('no-such-payment'))
    case 'forged':
      return answer(reply, problem('unauthorized', { detail: received.detail }))
    case 'malformed':
      return answer(reply, problem('malformed', { detail: received.detail }))
  }
}

const WEBHOOK = route({
  summary: 'What the payment provider tells, as Standard Webhooks has it',
  tag: 'orders',
  credentials: ['webhook-signature'],
  headers: WebhookHeaders,
  body: WebhookBody,
  answers: { 200: WebhookView },
  refusals: ['no-such-payment'],
})
