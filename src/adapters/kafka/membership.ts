// One member of the group of workers: joins it, gives signs of life, joins again when the group has
// changed, and leaves it properly, so that nobody waits for its session to end. Which partitions are
// whose is between the client and the broker; this tells what came of it.
//
// A member that cannot give a sign of life for a whole session has lost its partitions by then. It is
// given up, and another one begins with another broker.

import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Consumer } from '@platformatic/kafka'
import { newBell } from '../bell.ts'
import { clientOptions } from './place.ts'
import type { TopicPlace } from './publishing.ts'
import { within } from './within.ts'

// From one change of the group to the next.
export interface Assignment {
  memberId: string
  generationId: number
  partitions: number[]
}

export interface MembershipOptions {
  place: TopicPlace
  groupId: string
  sessionMs: number
  assigned: (assignment: Assignment) => void // whatever was before is over
  failed: (cause: unknown) => void
  worked: () => void
}

const HEARTBEATS = 8 // in a session
const HEARTBEAT_MS_MAX = 1000
const TRY_AGAIN_MS = 100

export const startMembership = (options: MembershipOptions): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const run = async () => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1)
      await live(newMember(options, turn), options, stopping.signal)
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const newMember = ({ place, groupId, sessionMs }: MembershipOptions, turn: number): Consumer => {
  const member = new Consumer({
    ...clientOptions(place, turn),
    // A join is answered when all have joined, or the session of the one that has not is over.
    requestTimeout: sessionMs + place.timeoutMs,
    groupId,
    sessionTimeout: sessionMs,
    rebalanceTimeout: sessionMs,
    heartbeatInterval: Math.min(HEARTBEAT_MS_MAX, sessionMs / HEARTBEATS),
    heartbeatStallTimeout: sessionMs,
  })
  member.topics.track(place.topic)
  return member
}

// Resolves when it was given up or stopped, and has left.
const live = async (member: Consumer, options: MembershipOptions, stopping: AbortSignal) => {
  const { assigned, failed, worked, place } = options
  const ending = new AbortController()
  const over = AbortSignal.any([ending.signal, stopping])
  let joining: Promise<void> | undefined
  const join = () => {
    joining ??= joinGroup(member, { options, ending, over }).finally(() => (joining = undefined))
  }

  member.on('consumer:group:join', ({ memberId, generationId = -1, assignments = [] }) => {
    worked()
    const mine = assignments.find(({ topic }) => topic === place.topic)
    assigned({ memberId, generationId, partitions: mine?.partitions ?? [] })
  })
  member.on('consumer:heartbeat:end', worked)
  member.on('consumer:heartbeat:error', ({ error }) => failed(error))
  member.on('consumer:heartbeat:stalled', () => ending.abort())
  member.on('error', join) // it could not join again, and gives no signs of life
  join()
  if (!over.aborted) await once(over, 'abort')
  // Without a connection nobody can be told, and its session ends by itself. It leaves before it closes:
  // a client that is closed while it joins would give signs of life for ever.
  const leave: (force: boolean) => Promise<void> = member.leaveGroup.bind(member)
  await within(place.timeoutMs, leave(true)).catch(() => undefined)
  await within(place.timeoutMs, member.close(true)).catch(() => undefined)
  await joining
}

interface Joining {
  options: MembershipOptions
  ending: AbortController
  over: AbortSignal
}

// Until it has joined, or has tried for so long that another one should.
const joinGroup = async (member: Consumer, { options, ending, over }: Joining) => {
  const { failed, sessionMs } = options
  const untilMs = performance.now() + sessionMs
  while (!over.aborted)
    try {
      return void (await member.joinGroup({}))
    } catch (cause) {
      if (!over.aborted) failed(cause)
      if (performance.now() > untilMs) ending.abort()
      await newBell().wait({ ms: TRY_AGAIN_MS, signal: over })
    }
}
