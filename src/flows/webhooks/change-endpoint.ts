// Operators say where webhooks go. An address that nothing would ever be sent to is refused at once.

import type { Ports } from '../../ports/ports.ts'
import type {
  Endpoint,
  EndpointChanged,
  EndpointId,
  EndpointTerms,
  Operator,
} from '../../ports/webhooks.ts'

type EndpointPorts = Pick<Ports, 'clock' | 'webhooks' | 'webhookTransport'>

export type EndpointCreated =
  | { result: 'created'; endpoint: Endpoint; secret: string } // the only time that it is shown
  | { result: 'malformed'; detail: string }
  | { result: 'full' }

export const createEndpoint = async (
  { clock, webhooks, webhookTransport }: EndpointPorts,
  terms: EndpointTerms & Operator,
): Promise<EndpointCreated> => {
  const detail = webhookTransport.refusal(terms.url)
  if (detail !== undefined) return { result: 'malformed', detail }
  const secret = webhookTransport.newSecret()
  const endpoint = await webhooks.createEndpoint({ ...terms, secret, nowMs: clock.nowMs() })
  return endpoint === 'full' ? { result: 'full' } : { result: 'created', endpoint, secret }
}

export const changeEndpoint = async (
  { clock, webhooks, webhookTransport }: EndpointPorts,
  change: {
    endpointId: EndpointId
    versions: number[] | 'any'
    set: Partial<EndpointTerms>
  } & Operator,
): Promise<EndpointChanged | { result: 'malformed'; detail: string }> => {
  const { url } = change.set
  const detail = url === undefined ? undefined : webhookTransport.refusal(url)
  if (detail !== undefined) return { result: 'malformed', detail }
  return webhooks.changeEndpoint({ ...change, nowMs: clock.nowMs() })
}

// Long enough to give every receiver the new one.
const OLD_SECRET_SIGNS_MS = 86_400_000

export interface SecretRotated {
  endpoint: Endpoint
  secret: string // the only time that it is shown
  oldUntilMs: number // the old one signs as well until then
}

export const rotateSecret = async (
  { clock, webhooks, webhookTransport }: EndpointPorts,
  of: { endpointId: EndpointId } & Operator,
): Promise<SecretRotated | undefined> => {
  const secret = webhookTransport.newSecret()
  const oldUntilMs = clock.nowMs() + OLD_SECRET_SIGNS_MS
  const endpoint = await webhooks.rotateSecret({ ...of, secret, oldUntilMs })
  return endpoint && { endpoint, secret, oldUntilMs }
}
