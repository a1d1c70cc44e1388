// One endpoint: what it is told of, what can be done with it, and what became of what was sent there.

import { useState } from 'preact/hooks'
import type { Asked } from '../asking/address.ts'
import { usePolled } from '../asking/polled.ts'
import { session } from '../asking/session.ts'
import { words } from '../language.ts'
import { instant } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { Deliveries } from './deliveries.tsx'
import { EndpointActions } from './endpoint-actions.tsx'
import { EndpointState, typesText } from './endpoints.tsx'
import { type Made, SecretOnce } from './secret-once.tsx'
import { type Endpoint, ENDPOINTS_PATH } from './shapes.ts'
import { StatusLinks } from './status-links.tsx'
import { webhookWords } from './words.ts'

const LOOK_EVERY_MS = 5000

export const EndpointView = ({ endpointId, asked }: { endpointId: string; asked: Asked }) => {
  const said = webhookWords()
  const path = `${ENDPOINTS_PATH}/${endpointId}`
  const { body: endpoint, etag, refusal, reload } = usePolled<Endpoint>(path, LOOK_EVERY_MS)
  const [made, setMade] = useState<Made>()
  return (
    <>
      <a href="#/webhooks">← {said.toAll}</a>
      <Heading title={said.endpoint}>
        {endpoint ? <span class="quiet">{endpoint.endpointId}</span> : null}
      </Heading>
      <Refused refusal={refusal} />
      {made ? <SecretOnce made={made} onKept={() => setMade(undefined)} /> : null}
      {endpoint ? (
        <>
          <EndpointFacts endpoint={endpoint} />
          {session()?.role === 'operator' ? (
            <EndpointActions endpoint={endpoint} etag={etag} onSecret={setMade} onDone={reload} />
          ) : null}
          <h2>{said.deliveries}</h2>
          <StatusLinks path={`#/webhooks/${endpointId}`} now={asked.status} />
          <Deliveries of={{ endpointId, status: asked.status }} />
        </>
      ) : (
        <p class="quiet">{refusal ? '' : words().loading}</p>
      )}
    </>
  )
}

const EndpointFacts = ({ endpoint }: { endpoint: Endpoint }) => {
  const said = webhookWords()
  const { url, description, types, lastDeliveredAt, createdAt } = endpoint
  const facts: [string, string][] = [
    [said.url, url],
    ...(description === '' ? [] : [[said.description, description] as [string, string]]),
    [said.column.types, typesText(types)],
    [said.column.last, lastDeliveredAt === undefined ? said.never : instant(lastDeliveredAt)],
    [said.made, instant(createdAt)],
  ]
  return (
    <section class="card">
      <EndpointState endpoint={endpoint} />
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
