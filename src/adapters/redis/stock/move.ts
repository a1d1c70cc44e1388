// Brings units from one segment to another, in three steps on two slots: take, give, done. Stopped
// anywhere, whoever asks for the same pair again finishes it: take returns the transfer that is open,
// give counts it once, done clears it.

import assert from 'node:assert/strict'
import type { Stock } from '../../../ports/stock.ts'
import { segmentScript } from '../script.ts'
import type { SegmentDeps } from './segment-calls.ts'

const TAKE = segmentScript('take')
const GIVE = segmentScript('give')
const DONE = segmentScript('done')

export const stockMoving = ({ calls }: SegmentDeps): Pick<Stock, 'move'> => ({
  async move({ saleId, from, to, units: wanted }) {
    assert(from !== to, 'units are moved between two segments')
    const layout = await calls.layouts.of(saleId)
    if (layout?.[from] === undefined || layout[to] === undefined) return undefined
    const own = calls.layouts.text(layout.length)
    const at = (place: number) => ({ saleId, keys: layout[place]! })
    const taken = await calls.call(TAKE, { ...at(from), args: [own, `${to}`, `${wanted}`] })
    if (taken === undefined) return undefined
    const [word, epoch, number, units] = taken.map(String)
    if (word === 'nothing') return 0
    const transfer = [own, epoch!]
    const give = [...transfer, `${from}`, number!, units!]
    if ((await calls.call(GIVE, { ...at(to), args: give })) === undefined) return undefined
    const done = [...transfer, `${to}`, number!]
    if ((await calls.call(DONE, { ...at(from), args: done })) === undefined) return undefined
    return Number(units)
  },
})
