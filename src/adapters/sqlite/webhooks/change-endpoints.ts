// Operators make, change and delete endpoints, each change with its entry in the audit log. No secret is
// in an entry.

import {
  type Endpoint,
  type EndpointChange,
  type EndpointChanged,
  type EndpointId,
  type EndpointTerms,
  ENDPOINTS_MAX,
  type NewEndpoint,
  type NewSecret,
  type Operator,
  type WebhookEndpoints,
} from '../../../ports/webhooks.ts'
import { orNull } from '../../sql/columns.ts'
import { endpointOf, type EndpointRow } from '../../sql/webhook.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { READ_ENDPOINT } from './endpoints.ts'

type Changing = Pick<
  WebhookEndpoints,
  'createEndpoint' | 'changeEndpoint' | 'deleteEndpoint' | 'rotateSecret'
>

export const changingEndpoints = (deps: StoreDeps): Changing => {
  const { database } = deps
  const readRow = database.select<EndpointRow>(READ_ENDPOINT)
  const read: Read = (endpointId) => {
    const row = readRow.get(endpointId)
    return row && endpointOf(row)
  }
  const log = endpointLog(deps)
  const create = creating(deps, { read, log })
  const change = changing(deps, { read, log })
  const remove = deleting(deps, log)
  const rotate = rotating(deps, { read, log })
  return {
    createEndpoint: async (of) => database.write(() => create(of)),
    changeEndpoint: async (of) => database.write(() => change(of)),
    deleteEndpoint: async (of) => database.write(() => remove(of)),
    rotateSecret: async (of) => database.write(() => rotate(of)),
  }
}

type Read = (endpointId: EndpointId) => Endpoint | undefined
type Log = (of: { change: string; endpointId: EndpointId; details: object } & Operator) => void

const endpointLog = (deps: StoreDeps): Log => {
  const log = auditLog(deps)
  return ({ endpointId, ...entry }) => log({ ...entry, subject: `webhook-endpoint ${endpointId}` })
}

const COUNT = `
  select count(*) as count
  from webhook_endpoints
  where deleted_at is null
`

const INSERT = `
  insert into webhook_endpoints (
    url, description, types, enabled, disabled_because, secret, created_at)
  values (?, ?, ?, ?, ?, ?, ?)
`

const READ_NEW = `
  select cast(last_insert_rowid() as text) as endpointId
`

const creating = ({ database }: StoreDeps, { read, log }: { read: Read; log: Log }) => {
  const count = database.select<{ count: number }>(COUNT)
  const insert = database.change(INSERT)
  const readNew = database.select<{ endpointId: EndpointId }>(READ_NEW)
  return (of: NewEndpoint & Operator): Endpoint | 'full' => {
    if (count.get()!.count >= ENDPOINTS_MAX) return 'full'
    const { secret, nowMs, by, reason, ...terms } = of
    const { url, description, types, enabled } = terms
    const because = enabled ? null : reason
    insert(url, description, JSON.stringify(types), Number(enabled), because, secret, nowMs)
    const { endpointId } = readNew.get()!
    log({ change: 'create-webhook-endpoint', endpointId, by, reason, details: terms })
    return read(endpointId)!
  }
}

const UPDATE = `
  update webhook_endpoints
  set
    url = ?,
    description = ?,
    types = ?,
    enabled = ?,
    disabled_because = ?,
    version = version + 1
  where endpoint_id = ?
`

const TRY_AT_ONCE = `
  update webhook_deliveries
  set attempts = 0, next_attempt_at = ?
  where endpoint_id = ? and status = 'open' and next_attempt_at is not null
`

const changing = ({ database }: StoreDeps, { read, log }: { read: Read; log: Log }) => {
  const update = database.change(UPDATE)
  const tryAtOnce = database.change(TRY_AT_ONCE)
  return (of: EndpointChange & Operator): EndpointChanged => {
    const { endpointId, versions, nowMs, by, reason } = of
    const before = read(endpointId)
    if (before === undefined) return { result: 'no-such-endpoint' }
    if (versions !== 'any' && !versions.includes(before.version))
      return { result: 'version-changed' }
    const set = different(of.set, before)
    if (Object.keys(set).length === 0) return { result: 'changed', endpoint: before }
    const { url, description, types, enabled } = { ...before, ...set }
    const because = before.enabled ? reason : before.disabledBecause
    const disabledBecause = enabled ? null : orNull(because)
    update(url, description, JSON.stringify(types), Number(enabled), disabledBecause, endpointId)
    if (enabled && (set.enabled || set.url)) tryAtOnce(nowMs, endpointId)
    log({ change: 'change-webhook-endpoint', endpointId, by, reason, details: set })
    return { result: 'changed', endpoint: read(endpointId)! }
  }
}

const different = (set: Partial<EndpointTerms>, before: Endpoint): Partial<EndpointTerms> =>
  Object.fromEntries(
    Object.entries(set).filter(
      ([term, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[term as keyof EndpointTerms]),
    ),
  )

// Its secrets go with it.
const DELETE = `
  update webhook_endpoints
  set
    enabled = 0,
    disabled_because = 'deleted',
    secret = null,
    old_secret = null,
    deleted_at = ?
  where endpoint_id = ? and deleted_at is null
`

const deleting = ({ database }: StoreDeps, log: Log) => {
  const remove = database.change(DELETE)
  return (of: { endpointId: EndpointId; nowMs: number } & Operator): boolean => {
    const { endpointId, nowMs, by, reason } = of
    if (remove(nowMs, endpointId) === 0) return false
    log({ change: 'delete-webhook-endpoint', endpointId, by, reason, details: {} })
    return true
  }
}

const ROTATE = `
  update webhook_endpoints
  set
    old_secret = secret,
    old_secret_until = ?,
    secret = ?,
    version = version + 1
  where endpoint_id = ? and deleted_at is null
`

const rotating = ({ database }: StoreDeps, { read, log }: { read: Read; log: Log }) => {
  const rotate = database.change(ROTATE)
  return (of: NewSecret & Operator): Endpoint | undefined => {
    const { endpointId, secret, oldUntilMs, by, reason } = of
    if (rotate(oldUntilMs, secret, endpointId) === 0) return undefined
    const details = { oldUntil: new Date(oldUntilMs).toISOString() }
    log({ change: 'rotate-webhook-secret', endpointId, by, reason, details })
    return read(endpointId)
  }
}
