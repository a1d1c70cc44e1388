// The dashboard of a sale, as code: `node deploy/grafana/dashboard.ts > deploy/grafana/dashboard.json`. It shows
// what the console's live view shows, of all processes and for as long as Prometheus remembers. It asks only
// for what the engine counts and the rules record; a test compares.

import type { Panel } from './panels.ts'
import { PICTURES, type Row } from './pictures.ts'

const WIDTH = 24

// From left to right, and below where there is no more room.
const placed = (rows: Row[]): Record<string, unknown>[] => {
  const shown: Record<string, unknown>[] = []
  let [x, y, height] = [0, 0, 0]
  const place = ({ width, height: own, json }: Panel) => {
    if (x + width > WIDTH) [x, y] = [0, y + height]
    shown.push({ id: shown.length + 1, gridPos: { x, y, w: width, h: own }, ...json })
    ;[x, height] = [x + width, own]
  }
  for (const { title, panels } of rows) {
    ;[x, y, height] = [0, y + height, 1]
    place({ width: WIDTH, height, json: { type: 'row', title, collapsed: false, panels: [] } })
    for (const panel of panels) place(panel)
  }
  return shown
}

const SALE = {
  name: 'sale',
  label: 'Sale',
  type: 'query',
  query: 'label_values(seckill_stock_units, sale)',
  includeAll: true,
  multi: true,
  current: { text: 'All', value: '$__all' },
  refresh: 2,
}

export const dashboard = {
  uid: 'seckill',
  title: 'Seckill',
  tags: ['seckill'],
  schemaVersion: 38,
  editable: false,
  refresh: '5s',
  time: { from: 'now-15m', to: 'now' },
  templating: { list: [SALE] },
  panels: placed(PICTURES),
}

if (import.meta.main) console.log(JSON.stringify(dashboard, null, 2))
