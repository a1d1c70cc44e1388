// The machines of a plan and of the textbook's, role by role, as bars of one scale.

import type { Plan } from '../plan.ts'
import { gigabits, ratio, whole } from '../spelling.ts'
import { escaped, frame, tenth, WIDTH } from './frame.ts'

const LEFT = 96
const RIGHT = 210 // numbers stand there
const TOP = 84
const ROW = 46
const BAR = 14

interface Row {
  name: string
  ours: number
  theirs: number
  said: string
}

export const planPicture = (plan: Plan): string => {
  const rows = [...machineRows(plan), networkRow(plan)]
  const most = Math.max(...machineRows(plan).flatMap(({ ours, theirs }) => [ours, theirs]))
  const { sale, terms } = plan
  const network = rows.at(-1)!
  const title = `${whole(sale.attemptsPerSecond)} attempts a second: machines of this plan, and of the textbook's`
  return frame(title, TOP + rows.length * ROW + 12, [
    text(
      8,
      42,
      `${whole(sale.buyers)} buyers, ${whole(sale.units)} units; ${whole(terms.headroom * 100)} % of every core kept free, ${terms.zonesLost} of ${terms.zones} zones may be lost`,
    ),
    `<rect class="a" x="8" y="54" width="12" height="12"/>`,
    text(26, 64, 'this plan'),
    `<rect class="t" x="100" y="54" width="12" height="12"/>`,
    text(118, 64, 'textbook'),
    ...rows.flatMap((row, at) => {
      const scale = row === network ? Math.max(row.ours, row.theirs) : most
      return rowLines(row, { top: TOP + at * ROW, scale })
    }),
  ])
}

const text = (x: number, y: number, words: string) =>
  `<text x="${x}" y="${y}">${escaped(words)}</text>`

const machineRows = ({ roles }: Plan): Row[] =>
  roles.flatMap(({ role, count, spare, coresEach, textbook, ratio: of }) => {
    if (textbook === null || of === null) return []
    const each = coresEach === 1 ? 'one core' : `${coresEach} cores each`
    const waiting = spare > 0 ? `, ${spare} more wait` : ''
    const ours = count - spare
    const said = `${whole(ours)} (${each}${waiting})`
    return [{ name: role, ours, theirs: textbook, said }]
  })

const networkRow = ({ rooms, textbook }: Plan): Row => {
  const ours = rooms.inGigabitsPerSecond + rooms.outGigabitsPerSecond
  return { name: 'network', ours, theirs: textbook.gigabitsPerSecond, said: gigabits(ours) }
}

const rowLines = (row: Row, { top, scale }: { top: number; scale: number }): string[] => {
  const long = WIDTH - LEFT - RIGHT
  const width = (value: number) => Math.max(1, tenth((value / scale) * long))
  const theirs = row.name === 'network' ? gigabits(row.theirs) : whole(row.theirs)
  return [
    `<text class="e" x="${LEFT - 10}" y="${top + BAR + 4}">${row.name}</text>`,
    `<rect class="a" x="${LEFT}" y="${top}" width="${width(row.ours)}" height="${BAR}"/>`,
    text(tenth(LEFT + width(row.ours) + 6), top + 11, row.said),
    `<rect class="t" x="${LEFT}" y="${top + BAR + 2}" width="${width(row.theirs)}" height="${BAR}"/>`,
    text(
      tenth(LEFT + width(row.theirs) + 6),
      top + BAR + 13,
      `${theirs} (${ratio(row.theirs / row.ours)})`,
    ),
  ]
}
