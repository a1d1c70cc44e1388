// Buyers and operators in front of a cluster whose edge sends every request to the next gateway.

import type { Cluster } from './cluster.ts'
import { type Client, clientOf, eventually } from './engine.ts'

export const clusterClient = (cluster: Cluster): Client => {
  const names = cluster.names().filter((name) => name.startsWith('gateway-'))
  const clients = names.map((name) => clientOf(cluster.process(name).url))
  let turn = 0
  const next = () => clients[(turn += 1) % clients.length]!
  const operate: Client['operate'] = (path, body) => next().operate(path, body)
  return {
    url: cluster.url,
    operate,
    request: (method, path, of) => next().request(method, path, of),
    look: (path) => next().look(path),
    attempt: (saleId, token, body) => next().attempt(saleId, token, body),
    tokens: (saleId, buyers) => next().tokens(saleId, buyers),
    // Resolves when it is open in the engine and all gateways know it.
    async sale(draft = {}) {
      const saleId = await next().sale(draft)
      const books = () => next().look(`/api/admin/sales/${saleId}/audit`)
      await eventually(books, ({ body }) => body.engine === 'open')
      const isKnown = async ({ request }: Client) =>
        (await request('GET', `/api/sales/${saleId}`)).status === 200
      for (const client of clients) await eventually(() => isKnown(client), Boolean)
      return saleId
    },
  }
}
