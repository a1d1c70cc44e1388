// Where webhooks go: every endpoint with its state, and why one that is disabled is.

import { usePolled } from '../asking/polled.ts'
import { session } from '../asking/session.ts'
import { words } from '../language.ts'
import { operationsWords } from '../operations-words.ts'
import { instant } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { type Endpoint, ENDPOINTS_PATH, EVENT_TYPES } from './shapes.ts'
import { webhookWords } from './words.ts'

const LOOK_EVERY_MS = 5000

export const EndpointsView = () => {
  const said = webhookWords()
  const { body, refusal } = usePolled<{ endpoints: Endpoint[] }>(ENDPOINTS_PATH, LOOK_EVERY_MS)
  const endpoints = body?.endpoints
  return (
    <>
      <Heading title={operationsWords().webhooks} />
      <p class="quiet">{said.said}</p>
      <p class="buttons">
        {session()?.role === 'operator' ? <a href="#/webhooks/new">{said.add}</a> : null}
        <a href="#/deliveries">{said.deliveries}</a>
      </p>
      <Refused refusal={refusal} />
      {endpoints === undefined && refusal === undefined ? (
        <p class="quiet">{words().loading}</p>
      ) : null}
      {endpoints?.length === 0 ? <p>{said.none}</p> : null}
      {endpoints && endpoints.length > 0 ? <EndpointsTable endpoints={endpoints} /> : null}
    </>
  )
}

const EndpointsTable = ({ endpoints }: { endpoints: Endpoint[] }) => {
  const { column, never } = webhookWords()
  return (
    <table class="sales labelled">
      <thead>
        <tr>
          <th>{column.url}</th>
          <th>{column.state}</th>
          <th>{column.types}</th>
          <th>{column.last}</th>
        </tr>
      </thead>
      <tbody>
        {endpoints.map((endpoint) => (
          <tr key={endpoint.endpointId}>
            <td>
              <a href={`#/webhooks/${endpoint.endpointId}`}>{endpoint.url}</a>
              {endpoint.description === '' ? null : (
                <p class="quiet small">{endpoint.description}</p>
              )}
            </td>
            <td>
              <EndpointState endpoint={endpoint} />
            </td>
            <td data-label={column.types} class="snug">
              {typesText(endpoint.types)}
            </td>
            <td data-label={column.last} class="snug">
              {endpoint.lastDeliveredAt === undefined ? never : instant(endpoint.lastDeliveredAt)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export const EndpointState = ({ endpoint }: { endpoint: Endpoint }) => {
  const said = webhookWords()
  const { enabled, disabledBecause } = endpoint
  if (enabled) return <span class="badge open">{said.enabled}</span>
  return (
    <>
      <span class="badge paused">{said.disabled}</span>
      <p class="small">{said.because(disabledBecause || said.noReason)}</p>
    </>
  )
}

export const typesText = (types: string[]): string =>
  EVENT_TYPES.every((type) => types.includes(type)) ? webhookWords().allTypes : types.join(', ')
