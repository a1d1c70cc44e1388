// Asks before a buyer is erased: what goes, what stays and why, and which orders stand in the way.

import type { Refusal } from '../asking/api.ts'
import { ordersAddress } from '../orders/filter.ts'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import type { Erased } from './shapes.ts'
import { buyerWords } from './words.ts'

interface EraseProps {
  buyerId: string
  onDone: (erased: Erased) => void
  onClose: () => void
}

export const EraseDialog = ({ buyerId, onDone, onClose }: EraseProps) => (
  <ActionDialog<Erased>
    title={buyerWords().erase}
    says={<EraseSays />}
    isDangerous
    path={`/api/admin/buyers/${buyerId}/erase`}
    reason="needed"
    adviceOn={(refusal) => <Advice refusal={refusal} buyerId={buyerId} />}
    onDone={onDone}
    onClose={onClose}
  />
)

const EraseSays = () => {
  const { eraseSaid, eraseStays } = buyerWords()
  return (
    <>
      {eraseSaid}
      <br />
      {eraseStays}
    </>
  )
}

const Advice = ({ refusal, buyerId }: { refusal: Refusal; buyerId: string }) => {
  const said = buyerWords()
  if (refusal.code !== 'buyer-has-pending-orders') return null
  return (
    <>
      <a href={ordersAddress({ buyerId, status: 'pending' })}>{said.pendingOrders}</a>
      <p class="quiet small">{said.inTransitSaid}</p>
    </>
  )
}
