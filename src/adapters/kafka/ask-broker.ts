// One request to one broker, for what the client does not offer as a whole.

import { type API, type Base, kGetApi, kGetConnection } from '@platformatic/kafka'

interface Broker {
  host: string
  port: number
}

export const askBroker = async <Request extends unknown[], Answer>(
  client: Base,
  { broker, api }: { broker: Broker | undefined; api: string },
  ...request: Request
): Promise<Answer> => {
  if (broker === undefined) throw new Error('the broker that leads is not known: no answer within')
  const method = await called<API<Request, Answer>>((done) => client[kGetApi](api, done))
  const connection = await called<Parameters<typeof method>[0]>((done) =>
    client[kGetConnection](broker, done),
  )
  return method.async(connection, ...request)
}

const called = <Answer>(
  call: (done: (error: Error | null, answer?: Answer) => void) => void,
): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  call((error, answer) => (error ? reject(error) : resolve(answer!)))
  return promise
}
