// What else can be made of a sale: another one like it, a rehearsal of it, or, before its start, nothing. And where
// buyers see it.

import { useState } from 'preact/hooks'
import { session } from '../asking/session.ts'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import type { Sale } from '../shapes.ts'
import { making } from './words.ts'

export const SaleMaking = ({ sale }: { sale: Sale }) => {
  const said = making()
  const { saleId, status } = sale
  const [isDeleting, setDeleting] = useState(false)
  const mayWrite = session()?.role === 'operator'
  return (
    <section class="card">
      {sale.rehearsal ? <p class="news">{said.rehearsalSaid}</p> : null}
      <div class="buttons">
        <a href={`/sales/${saleId}/`}>{said.toShop}</a>
        {mayWrite ? (
          <>
            <a href={`#/sales/${saleId}/clone`}>{said.clone}</a>
            <a href={`#/sales/${saleId}/rehearsal`}>{said.rehearse}</a>
          </>
        ) : null}
        {mayWrite && status === 'scheduled' ? (
          <button type="button" class="danger" onClick={() => setDeleting(true)}>
            {said.delete}
          </button>
        ) : null}
      </div>
      {isDeleting ? (
        <ActionDialog
          title={said.delete}
          says={said.deleteSaid}
          isDangerous
          path={`/api/admin/sales/${saleId}`}
          method="DELETE"
          reason="optional"
          onDone={() => (location.hash = '#/')}
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </section>
  )
}
