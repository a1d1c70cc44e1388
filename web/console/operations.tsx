// The views of those who run the engine, by their addresses; whoever may only look finds none that changes
// something.

import type { Asked } from './asking/address.ts'
import { session } from './asking/session.ts'
import { DeadLettersView } from './dead-letters/dead-letters.tsx'
import { LogView } from './log/log.tsx'
import { NoSuchPage } from './pieces/no-such-page.tsx'
import { SettingsView } from './settings/settings.tsx'
import { CreateEndpoint } from './webhooks/create-endpoint.tsx'
import { DeliveriesView } from './webhooks/deliveries-view.tsx'
import { EditEndpoint } from './webhooks/edit-endpoint.tsx'
import { EndpointView } from './webhooks/endpoint.tsx'
import { EndpointsView } from './webhooks/endpoints.tsx'

export const OperationsView = ({ path, asked }: { path: string; asked: Asked }) => {
  if (path === '#/log') return <LogView asked={asked} />
  if (path === '#/dead-letters') return <DeadLettersView />
  if (path === '#/settings') return <SettingsView />
  if (path === '#/deliveries') return <DeliveriesView asked={asked} />
  if (path === '#/webhooks') return <EndpointsView />
  const mayWrite = session()?.role === 'operator'
  if (mayWrite && path === '#/webhooks/new') return <CreateEndpoint />
  const [, endpointId, edit] = /^#\/webhooks\/(\d+)(\/edit)?$/.exec(path) ?? []
  if (endpointId !== undefined && edit === undefined)
    return <EndpointView endpointId={endpointId} asked={asked} />
  if (mayWrite && endpointId !== undefined) return <EditEndpoint endpointId={endpointId} />
  return <NoSuchPage />
}
