// Counts what may be abuse, by the rules, and says whom to block and who is suspect. It is asked nothing by
// an attempt and never keeps one waiting: whom to block is fetched by a loop, so many a second at most.

import type { AbuseEvent, AbuseRule } from '../domain/abuse-rules.ts'
import type { AddressWords } from '../domain/addresses.ts'
import { type BlockTarget, buyerTarget, placeKey, placeTarget } from '../domain/block.ts'
import { type BuyerId, idKey } from '../domain/ids.ts'
import type { NewBlock } from '../ports/blocklist.ts'
import { tokenBucket } from './limits.ts'
import { memberWindow } from './member-window.ts'
import type { Suspects } from './suspects.ts'

export interface AbuseWatch {
  saw(event: AbuseEvent, by: SeenBy): void
  // Whom to block now. They are due until they are done.
  due(): DueBlock[]
  done(due: DueBlock[]): void
}

export interface SeenBy {
  address: AddressWords | undefined // of nobody knows whom: the connection is gone, or is a proxy's
  buyerId: BuyerId | undefined
}

export interface DueBlock {
  rule: string
  block: NewBlock
}

export interface AbuseWatchDeps {
  rules: AbuseRule[]
  nowMs: () => number
  suspects: Pick<Suspects, 'add'>
  suspected: (of: { rule: string; buyers: number }) => void
  skipped: (rule: string) => void // one that should have been blocked
}

const MEMBERS_MAX = 100_000 // of one rule
const HOMES_MAX = 100_000
const HOME_MS = 3_600_000
const DUE_MAX = 1000
export const BLOCKS_PER_SECOND = 100

export const abuseWatch = (deps: AbuseWatchDeps): AbuseWatch => {
  const watched = deps.rules.map((rule) => ({
    rule,
    window: memberWindow({ ...rule, membersMax: MEMBERS_MAX }),
  }))
  const waiting = waitingBlocks(deps)
  const homes = buyersHomes()
  let events = 0

  const suspect = ({ name, forMs }: AbuseRule, buyers: BuyerId[]) => {
    for (const buyerId of buyers) deps.suspects.add(buyerId, deps.nowMs() + forMs)
    deps.suspected({ rule: name, buyers: buyers.length })
  }

  const found = (rule: AbuseRule, by: SeenBy, members: (string | number)[]) => {
    const isShared = rule.of === 'address' && homes.has(placeKey(by.address!), deps.nowMs())
    if (rule.leadsTo === 'block' && isShared) return
    const target = rule.of === 'buyer' ? buyerTarget(by.buyerId!) : placeTarget(by.address!)
    if (rule.leadsTo === 'block') waiting.add({ rule, target, events: members.length })
    else suspect(rule, rule.counts === 'new-buyer' ? members.map(String) : [by.buyerId!])
  }

  return {
    saw(event, by) {
      const nowMs = deps.nowMs()
      events += 1
      if (event === 'new-buyer' && by.address) homes.add(placeKey(by.address), nowMs)
      const member = event === 'new-buyer' ? idKey(by.buyerId!) : events
      for (const { rule, window } of watched) {
        if (rule.counts !== event || (rule.of === 'address' && by.address === undefined)) continue
        const key = rule.of === 'buyer' ? idKey(by.buyerId!) : placeKey(by.address!)
        const members = window.add({ key, member, nowMs })
        if (members !== undefined) found(rule, by, members)
      }
    },
    due: waiting.due,
    done: waiting.done,
  }
}

// Where buyers with good tokens come from. Whoever forges tokens there must not keep them out.
const buyersHomes = () => {
  const seenAtMs = new Map<PlaceKey, number>()
  return {
    add(place: PlaceKey, nowMs: number) {
      seenAtMs.delete(place)
      seenAtMs.set(place, nowMs)
      const [oldest] = seenAtMs.keys()
      if (seenAtMs.size > HOMES_MAX) seenAtMs.delete(oldest!)
    },
    has: (place: PlaceKey, nowMs: number) => nowMs < (seenAtMs.get(place) ?? -Infinity) + HOME_MS,
  }
}

type PlaceKey = ReturnType<typeof placeKey>

interface WaitingBlock {
  rule: AbuseRule
  target: BlockTarget
  events: number
}

// Each once, with the latest that was found of it.
const waitingBlocks = ({ nowMs, skipped }: Pick<AbuseWatchDeps, 'nowMs' | 'skipped'>) => {
  const waiting = new Map<string, WaitingBlock>()
  const bucket = tokenBucket({ rate: BLOCKS_PER_SECOND, burst: BLOCKS_PER_SECOND })
  return {
    add(block: WaitingBlock) {
      const key = keyOf(block.target)
      if (waiting.size >= DUE_MAX && !waiting.has(key)) skipped(block.rule.name)
      else waiting.set(key, block)
    },
    due() {
      const atMs = nowMs()
      const due: DueBlock[] = []
      for (const block of waiting.values()) {
        if (bucket.take(atMs) > 0) break
        due.push(dueBlock(block, atMs))
      }
      return due
    },
    done(due: DueBlock[]) {
      for (const { block } of due) waiting.delete(keyOf(block))
    },
  }
}

const dueBlock = ({ rule, target, events }: WaitingBlock, nowMs: number): DueBlock => {
  const untilMs = Math.ceil(nowMs + rule.forMs)
  const reason = reasonOf(rule, events)
  const block: NewBlock = {
    ...target,
    untilMs,
    by: `rule:${rule.name}`,
    reason,
    neverShorter: true,
  }
  return { rule: rule.name, block }
}

const keyOf = ({ kind, value }: BlockTarget) => `${kind} ${value}`

const WORDS: Record<AbuseEvent, string> = {
  'forged-token': 'forged tokens',
  'too-often': 'attempts too many',
  'new-buyer': 'buyers',
}

// The number of events, and no more: what is written here is read by many.
const reasonOf = ({ counts, windowMs }: AbuseRule, events: number) =>
  `${events} ${WORDS[counts]} within ${windowMs / 1000} s`
