// Follows one order until nothing happens to it any more: by its event stream, and by asking again
// whenever the stream is not there.

import type { Answer, Refusal } from './answer.ts'
import { HERE, insist, pause, type Server } from './ask.ts'
import { eventStream } from './event-stream.ts'
import type { Order, OrderStatus } from './shapes.ts'

export interface Watch {
  orderId: string
  saleId: string
  token: string
  signal: AbortSignal
  server?: Server
  seen(order: Order): void
}

const ASK_AGAIN_MS = 2000
const SILENT_MS_MAX = 45_000

// Answers the refusal when there is no such order for this buyer; otherwise the order's last state.
export const watchOrder = async (watch: Watch): Promise<Refusal | Order> => {
  const { orderId, saleId, signal, token, seen, server } = watch
  for (;;) {
    const path = `/api/orders/${orderId}?saleId=${saleId}`
    const answer: Answer<Order> = await insist(path, { token, signal, server })
    if (!answer.ok) return answer
    seen(answer.body)
    if (isFinal(answer.body.status)) return answer.body
    const last = await follow(watch).catch(() => undefined) // the stream broke: ask
    if (last && isFinal(last.status)) return last
    await pause(ASK_AGAIN_MS * (0.75 + Math.random() / 2), signal)
  }
}

// A paid order may be refunded weeks later: nobody waits for that on this page.
const isFinal = (status: OrderStatus) => status !== 'in-transit' && status !== 'pending'

const follow = async (watch: Watch): Promise<Order | undefined> => {
  const { orderId, saleId, token, seen } = watch
  const { baseUrl, fetch: send } = watch.server ?? HERE
  const stopping = stopper(watch.signal)
  try {
    const response = await send(`${baseUrl}/api/orders/${orderId}/events?saleId=${saleId}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      credentials: 'omit',
      signal: stopping.signal,
    })
    if (!response.ok || response.body === null) return undefined
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const take = eventStream()
    for (;;) {
      stopping.within(SILENT_MS_MAX)
      const { value, done } = await reader.read()
      if (done) return undefined
      for (const { event, data } of take(value)) {
        if (event !== 'order') continue
        const order = JSON.parse(data) as Order
        seen(order)
        if (isFinal(order.status)) return order
      }
    }
  } finally {
    stopping.stop()
  }
}

// Ends a request with the signal given, or when nothing has come for too long.
const stopper = (given: AbortSignal) => {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    clearTimeout(timer)
    given.removeEventListener('abort', stop)
    controller.abort()
  }
  const within = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(stop, ms)
  }
  given.addEventListener('abort', stop)
  within(SILENT_MS_MAX)
  return { signal: controller.signal, stop, within }
}
