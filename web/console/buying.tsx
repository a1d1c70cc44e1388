// The views of who buys and of what was bought, by their addresses.

import type { Asked } from './asking/address.ts'
import { BlocklistView } from './blocklist/blocklist.tsx'
import { BuyerView } from './buyers/buyer.tsx'
import { BuyersView } from './buyers/buyers.tsx'
import { OrderView } from './orders/order.tsx'
import { OrdersView } from './orders/orders.tsx'
import { NoSuchPage } from './pieces/no-such-page.tsx'

export const BuyingView = ({ path, asked }: { path: string; asked: Asked }) => {
  if (path === '#/orders') return <OrdersView asked={asked} />
  if (path === '#/buyers') return <BuyersView />
  if (path === '#/blocklist') return <BlocklistView asked={asked} />
  const [, list, id = ''] = /^#\/(orders|buyers)\/(\d+)$/.exec(path) ?? []
  if (list === 'orders') return <OrderView orderId={id} />
  return list === 'buyers' ? <BuyerView buyerId={id} /> : <NoSuchPage />
}
