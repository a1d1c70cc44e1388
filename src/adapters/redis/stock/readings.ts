// What can be read of the engine: a segment's numbers, what buyers hold, and pages over all of it.
//
// A page says the versions of all segments as one sum, so that pages of one sum are of one state: a
// cursor carries the versions that the first page saw, and a segment that has moved on since shows.

import type { SaleId } from '../../../domain/ids.ts'
import type { SegmentReading } from '../../../domain/stock.ts'
import type { HeldMark, ScanPage, ScanStart, Stock } from '../../../ports/stock.ts'
import { segmentScript } from '../script.ts'
import { readMark } from './held.ts'
import type { SegmentCalls, SegmentDeps, Word } from './segment-calls.ts'

const READ = segmentScript('read')
const READ_BUYERS = segmentScript('read_buyers')
const SCAN = segmentScript('scan')

export const stockReadings = ({
  calls,
}: SegmentDeps): Pick<Stock, 'read' | 'readBuyers' | 'scan'> => ({
  read: (saleId) => readSegments(calls, saleId),
  async readBuyers({ saleId, buyerIds }) {
    const items = buyerIds.map((buyerId) => ({ saleId, buyerId }))
    const argsOf = ({ buyerId }: (typeof items)[number]) => [buyerId]
    const words = await calls.callHomes(READ_BUYERS, { items, argsOf })
    return words.map((word, at) =>
      word === undefined || word === 'nothing' ? undefined : readMark(buyerIds[at]!, String(word)),
    )
  },
  scan: (start) => scan(calls, start),
})

// Every segment of the sale, in order; none when the first one is not there. One that is missing beside
// it is shown as one that is not open.
export const readSegments = async (
  calls: SegmentCalls,
  saleId: SaleId,
): Promise<SegmentReading[]> => {
  const layout = await calls.layouts.of(saleId)
  if (layout === undefined) return []
  const args = [calls.layouts.text(layout.length)]
  const all = await Promise.all(layout.map((keys) => calls.call(READ, { saleId, keys, args })))
  const readings = all.map((words, segment) => readNumbers(words!, segment))
  const isOld = readings.some(({ state }) => state === 'loading')
  if (isOld) calls.layouts.forget(saleId)
  return all[0]![0] === 'absent' ? [] : readings
}

const readNumbers = ([state, ...numbers]: Word[], segment: number): SegmentReading => {
  const [
    epoch,
    version,
    saleVersion,
    share,
    available,
    returning,
    held,
    out,
    inTransit,
    buyers,
    rests,
  ] = numbers.map(Number)
  const known = { epoch, version, saleVersion, share, available, returning, held, out, inTransit }
  const nothing = Object.fromEntries(Object.keys(known).map((name) => [name, 0]))
  return {
    segment,
    state: state === 'open' ? 'open' : 'loading',
    ...((state === 'absent' ? nothing : known) as Omit<SegmentReading, 'segment' | 'state'>),
    buyers: buyers ?? 0,
    outTo: numbers.slice(NUMBERS).map(Number),
    restsMs: rests === undefined || rests < 0 ? Infinity : rests,
  }
}

const NUMBERS = 11 // before the places that units are on their way to

interface Place {
  segment: number
  cursor: string
  versions: number[] // of all segments, as the first page saw them
}

const scan = async (calls: SegmentCalls, start: ScanStart): Promise<ScanPage> => {
  const { saleId, inTransitOnly, limit } = start
  const place = start.cursor === undefined ? undefined : (JSON.parse(start.cursor) as Place)
  const { segment, cursor, versions } = place ?? (await firstPlace(calls, saleId))
  const layout = await calls.layouts.of(saleId)
  const keys = layout?.[segment]
  if (keys === undefined || layout?.length !== versions.length) return NOTHING
  const mode = inTransitOnly ? 'in-transit' : 'held'
  const args = [calls.layouts.text(layout.length), mode, cursor, `${limit}`]
  const words = await calls.call(SCAN, { saleId, keys, args })
  if (words === undefined) return NOTHING
  const [, epoch, version, next, ...pairs] = words
  const sum = versions.reduce((all, one) => all + one, 0)
  return {
    epoch: Number(epoch),
    version: sum - versions[segment]! + Number(version),
    held: readPage(pairs),
    cursor: nextPlace({ segment, cursor: String(next), versions }),
  }
}

const NOTHING: ScanPage = { epoch: 0, version: 0, held: [], cursor: undefined }

const firstPlace = async (calls: SegmentCalls, saleId: SaleId): Promise<Place> => {
  const segments = await readSegments(calls, saleId)
  return { segment: 0, cursor: '0', versions: segments.map(({ version }) => version) }
}

const nextPlace = ({ segment, cursor, versions }: Place): string | undefined => {
  if (cursor !== '0') return JSON.stringify({ segment, cursor, versions })
  if (segment + 1 === versions.length) return undefined
  return JSON.stringify({ segment: segment + 1, cursor: '0', versions })
}

const readPage = (pairs: Word[]): HeldMark[] => {
  const held: HeldMark[] = []
  for (let at = 0; at < pairs.length; at += 2)
    held.push(readMark(String(pairs[at]), String(pairs[at + 1])))
  return held
}
