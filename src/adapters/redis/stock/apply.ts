// Takes over newer copies of sale rows, segment by segment. Each knows its part of the cumulative
// units, so a copy that comes twice, or had reached only some of the segments, adds everything once.

import type { AppliedCopy, Stock } from '../../../ports/stock.ts'
import { writeCopy } from './copy.ts'
import { segmentScript } from '../script.ts'
import type { SegmentDeps } from './segment-calls.ts'

const APPLY = segmentScript('apply')

export const stockApplying = (deps: SegmentDeps): Pick<Stock, 'apply'> => ({
  apply: (copies) => Promise.all(copies.map((copy) => applyOne(deps, copy))),
})

const applyOne = async ({ calls }: SegmentDeps, { saleId, epoch, copy }: AppliedCopy) => {
  const layout = await calls.layouts.of(saleId)
  if (layout === undefined) return 'rebuilding'
  const head = [`${epoch}`, calls.layouts.text(layout.length)]
  const applyTo = async (keys: string[], place: number) => {
    const args = [...head, `${place}`, ...writeCopy(copy)]
    let word
    do word = (await calls.call(APPLY, { saleId, keys, args }))?.[0]
    while (word === 'partly')
    return word
  }
  const words = await Promise.all(layout.map(applyTo))
  if (words.includes(undefined)) return 'rebuilding'
  return words.includes('applied') ? 'applied' : 'current'
}
