// Which deliveries of an endpoint are shown, by what became of them: the address says it.

import { addressOf } from '../asking/address.ts'
import { DELIVERY_STATUSES } from './shapes.ts'
import { webhookWords } from './words.ts'

export const StatusLinks = ({ path, now }: { path: string; now: string | undefined }) => {
  const said = webhookWords()
  const link = (status: string | undefined, label: string) => (
    <a
      key={label}
      href={addressOf(path, { status })}
      aria-current={status === now ? 'true' : undefined}
    >
      {label}
    </a>
  )
  return (
    <nav class="buttons" aria-label={said.statusLabel}>
      {link(undefined, said.statusAll)}
      {DELIVERY_STATUSES.map((status) => link(status, said.status[status] ?? status))}
    </nav>
  )
}
