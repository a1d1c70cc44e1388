// Where a Kafka is, and how it is spoken with.

export interface KafkaPlace {
  brokers: string[] // host:port; some are enough, they know the others
  timeoutMs: number // longest a call may take before its outcome is unknown
  tls?: boolean // with certificates that Node trusts; all brokers are then known by names
  sasl?: { mechanism: SaslMechanism; username: string; password: string } | undefined
}

type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'

// Of every client. What fails is not repeated by the client, but by us, who know until when it matters.
// `turn` says which broker is asked first: a client that failed is followed by one that begins with
// the next, as one that is silent keeps the first in its list for ever.
export const clientOptions = ({ brokers, timeoutMs, tls, sasl }: KafkaPlace, turn: number) => {
  const first = turn % brokers.length
  return {
    clientId: 'seckill',
    bootstrapBrokers: [...brokers.slice(first), ...brokers.slice(0, first)],
    connectTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    timeout: timeoutMs,
    retries: 0,
    retryDelay: 100,
    ...(tls && { tls: {}, tlsServerName: true }),
    ...(sasl && { sasl }),
  }
}
