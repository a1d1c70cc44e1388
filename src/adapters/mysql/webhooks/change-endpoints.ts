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
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { readEndpoint } from './endpoints.ts'

type Changing = Pick<
  WebhookEndpoints,
  'createEndpoint' | 'changeEndpoint' | 'deleteEndpoint' | 'rotateSecret'
>

export const changingEndpoints = (deps: StoreDeps): Changing => {
  const { home } = deps.mysql
  const log = endpointLog(deps)
  return {
    createEndpoint: (of) => home.write((transaction) => create({ transaction, log }, of)),
    changeEndpoint: (of) => home.write((transaction) => change({ transaction, log }, of)),
    deleteEndpoint: (of) => home.write((transaction) => remove({ transaction, log }, of)),
    rotateSecret: (of) => home.write((transaction) => rotate({ transaction, log }, of)),
  }
}

interface At {
  transaction: Statements
  log: (transaction: Statements, of: EndpointEntry) => Promise<void>
}

type EndpointEntry = { change: string; endpointId: EndpointId; details: object } & Operator

const endpointLog = ({ mysql: { home }, clock }: StoreDeps): At['log'] => {
  const log = auditLog({ database: home, clock })
  return (transaction, { endpointId, ...entry }) =>
    log(transaction, { ...entry, subject: `webhook-endpoint ${endpointId}` })
}

// Two who make the last one that may be made come one after the other.
const LOCK_ALL = `
  select endpoint_id
  from webhook_endpoints
  where deleted_at is null
  for update
`

const INSERT = `
  insert into webhook_endpoints (
    url, description, types, enabled, disabled_because, secret, created_at)
  values (?, ?, ?, ?, ?, ?, ?)
`

const create = async (
  { transaction, log }: At,
  of: NewEndpoint & Operator,
): Promise<Endpoint | 'full'> => {
  if ((await transaction.query(LOCK_ALL)).length >= ENDPOINTS_MAX) return 'full'
  const { secret, nowMs, by, reason, ...terms } = of
  const because = terms.enabled ? null : reason
  const endpointId = await transaction.insert(INSERT, [...valuesOf(terms), because, secret, nowMs])
  const entry = { change: 'create-webhook-endpoint', endpointId, by, reason, details: terms }
  await log(transaction, entry)
  return (await readEndpoint(transaction, endpointId))!
}

const valuesOf = ({ url, description, types, enabled }: EndpointTerms) => [
  url,
  description,
  JSON.stringify(types),
  Number(enabled),
]

const LOCK = `
  select endpoint_id
  from webhook_endpoints
  where endpoint_id = ?
  for update
`

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

const change = async (
  { transaction, log }: At,
  of: EndpointChange & Operator,
): Promise<EndpointChanged> => {
  const { endpointId, versions, nowMs, by, reason } = of
  await transaction.query(LOCK, [endpointId])
  const before = await readEndpoint(transaction, endpointId)
  if (before === undefined) return { result: 'no-such-endpoint' }
  if (versions !== 'any' && !versions.includes(before.version)) return { result: 'version-changed' }
  const set = different(of.set, before)
  if (Object.keys(set).length === 0) return { result: 'changed', endpoint: before }
  const terms = { ...before, ...set }
  const because = before.enabled ? reason : before.disabledBecause
  const disabledBecause = terms.enabled ? null : orNull(because)
  await transaction.change(UPDATE, [...valuesOf(terms), disabledBecause, endpointId])
  if (terms.enabled && (set.enabled || set.url))
    await transaction.change(TRY_AT_ONCE, [nowMs, endpointId])
  await log(transaction, {
    change: 'change-webhook-endpoint',
    endpointId,
    by,
    reason,
    details: set,
  })
  return { result: 'changed', endpoint: (await readEndpoint(transaction, endpointId))! }
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

const remove = async (
  { transaction, log }: At,
  of: { endpointId: EndpointId; nowMs: number } & Operator,
): Promise<boolean> => {
  const { endpointId, nowMs, by, reason } = of
  if ((await transaction.change(DELETE, [nowMs, endpointId])) === 0) return false
  await log(transaction, {
    change: 'delete-webhook-endpoint',
    endpointId,
    by,
    reason,
    details: {},
  })
  return true
}

// From left to right: the secret is still the old one when it is kept.
const ROTATE = `
  update webhook_endpoints
  set
    old_secret = secret,
    old_secret_until = ?,
    secret = ?,
    version = version + 1
  where endpoint_id = ? and deleted_at is null
`

const rotate = async (
  { transaction, log }: At,
  { endpointId, secret, oldUntilMs, by, reason }: NewSecret & Operator,
): Promise<Endpoint | undefined> => {
  const changed = await transaction.change(ROTATE, [oldUntilMs, secret, endpointId])
  if (changed === 0) return undefined
  const details = { oldUntil: new Date(oldUntilMs).toISOString() }
  await log(transaction, { change: 'rotate-webhook-secret', endpointId, by, reason, details })
  return readEndpoint(transaction, endpointId)
}
