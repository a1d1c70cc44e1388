// What became of webhooks, newest first: of one endpoint, of one order or sale, or of all. It is looked at
// again and again while only the newest are shown.

import { useEffect, useState } from 'preact/hooks'
import { type Asked, addressOf } from '../asking/address.ts'
import { usePages } from '../asking/pages.ts'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import { More } from '../pieces/more.tsx'
import { DeliveriesTable } from './deliveries-table.tsx'
import { DELIVERIES_PATH, type Delivery } from './shapes.ts'
import { webhookWords } from './words.ts'

const PAGE = 50
const LOOK_EVERY_MS = 4000

export const Deliveries = ({ of }: { of: Asked }) => {
  const said = webhookWords()
  const path = addressOf(DELIVERIES_PATH, { limit: String(PAGE), ...of })
  const pages = usePages<Delivery>(path, 'deliveries')
  const [open, setOpen] = useState<string>()
  const [news, setNews] = useState<string>()
  const { rows, isLoading, refresh, reload } = pages
  useEffect(() => {
    if (isLoading || rows.length > PAGE) return undefined
    const look = () => document.visibilityState === 'visible' && refresh()
    const timer = setInterval(look, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [isLoading, rows.length])
  const replayed = (deliveryId: string) => {
    setNews(said.replayed(deliveryId))
    reload()
  }
  return (
    <>
      <p role="status">{news}</p>
      {rows.length > 0 ? (
        <DeliveriesTable
          deliveries={rows}
          isOfEndpoint={of.endpointId !== undefined}
          onReplay={setOpen}
        />
      ) : null}
      <More pages={pages} none={said.noDeliveries} />
      {open === undefined ? null : (
        <ActionDialog
          title={said.replay}
          says={said.replaySaid}
          path={`${DELIVERIES_PATH}/${open}/replay`}
          reason="optional"
          onDone={() => replayed(open)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}
