// What the Lua scripts do that bring units from one segment to another: take, give, done.

import { readSegment } from '../../src/domain/stock.ts'
import type { ScriptTwin } from './segment-scripts.ts'
import { openSlot } from './slot.ts'

export const take: ScriptTwin = (at, [layout, to, wanted]) => {
  const slot = openSlot(at, layout!)
  if (slot === undefined) return ['rebuilding']
  const { segment } = slot
  const before = slot.out.get(to!)
  if (before) return ['taken', segment.epoch, before.number, before.units]
  const { available } = readSegment(segment, at.nowMs) // what has rested is there as well
  const units = Math.min(available, Math.max(Number(wanted), Math.ceil(available / 2)))
  if (Number(wanted) === 0 || units === 0) return ['nothing']
  const number = (slot.sent.get(to!) ?? 0) + 1
  slot.sent.set(to!, number)
  slot.out.set(to!, { number, units })
  segment.available -= units
  segment.version += 1
  return ['taken', segment.epoch, number, units]
}

export const give: ScriptTwin = (at, [layout, epoch, from, number, units]) => {
  const slot = openSlot(at, layout!)
  if (slot?.segment.epoch !== Number(epoch)) return 'rebuilding'
  const latest = slot.arrived.get(from!) ?? 0
  if (Number(number) <= latest) return 'given'
  if (Number(number) > latest + 1) return 'rebuilding'
  slot.arrived.set(from!, Number(number))
  slot.segment.share += Number(units)
  slot.segment.available += Number(units)
  slot.segment.version += 1
  return 'given'
}

export const done: ScriptTwin = (at, [layout, epoch, to, number]) => {
  const slot = openSlot(at, layout!)
  if (slot?.segment.epoch !== Number(epoch)) return 'rebuilding'
  const open = slot.out.get(to!)
  if (open?.number !== Number(number)) return 'done'
  slot.out.delete(to!)
  slot.segment.share -= open.units
  slot.segment.version += 1
  return 'done'
}
