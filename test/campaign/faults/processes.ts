// What happens to a process of any role: it is killed, paused, told to stop, or dies at a call that only it
// makes. It is one of two, and the other one goes on.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Death } from '../../support/dying-engine.ts'
import type { Fault } from '../fault.ts'
import type { Field } from '../field.ts'

export type Role = 'gateway' | 'worker' | 'keeper'

export const killed = (role: Role): Fault => ({
  name: `a ${role} is killed`,
  touches: [role],
  holdMs: [0, 1500],
  async begin(field, chance) {
    const name = oneOf(role, chance.below(2))
    const back = field.leaves(name)
    field.cluster.kill(name)
    return async () => {
      await field.restart(name)
      back()
    }
  },
})

export const bothKilled = (role: Role): Fault => ({
  name: `both ${role}s are killed`,
  touches: [role],
  shuts: true,
  holdMs: [0, 1000],
  async begin(field) {
    const names = [0, 1].map((at) => oneOf(role, at))
    const backs = names.map((name) => field.leaves(name))
    names.forEach((name) => field.cluster.kill(name))
    return async () => {
      await Promise.all(names.map((name) => field.restart(name)))
      backs.forEach((back) => back())
    }
  },
})

export const paused = (role: Role): Fault => ({
  name: `a ${role} is paused`,
  touches: [role],
  holdMs: [500, 5000],
  async begin(field, chance) {
    const name = oneOf(role, chance.below(2))
    const back = field.leaves(name)
    field.cluster.kill(name, 'SIGSTOP')
    return async () => {
      field.cluster.kill(name, 'SIGCONT')
      back()
    }
  },
})

export const toldToStop = (role: Role): Fault => ({
  name: `a ${role} is told to stop`,
  touches: [role],
  holdMs: [0, 500],
  async begin(field, chance) {
    const name = oneOf(role, chance.below(2))
    const back = field.leaves(name)
    const { exited } = field.cluster.process(name)
    field.cluster.kill(name, 'SIGTERM')
    return async () => {
      const { code } = await exited
      await field.restart(name)
      back()
      if (code !== 0) throw new Error(`${name} ended with ${code} when it was told to stop`)
    }
  },
})

const TURNS_MAX = 20

// Started anew as a program that dies at this call, the n-th time; if nobody makes it die while it is
// held, it is killed at the end.
export const dies = (role: Role, { why, ...death }: Death & { why: string }): Fault => ({
  name: `a ${role} dies ${why}`,
  touches: [role],
  holdMs: [1500, 4000],
  async begin(field, chance) {
    const name = oneOf(role, chance.below(2))
    const back = field.leaves(name)
    await startDying(field, name, { ...death, turn: 1 + chance.below(TURNS_MAX) })
    return async () => {
      await field.restart(name)
      back()
    }
  },
})

// May be dead before it is ready.
const startDying = async (field: Field, name: string, death: Death): Promise<void> => {
  try {
    await field.restart(name, { dies: death })
  } catch (error) {
    if (!(error as Error).message.includes('ended with SIGKILL')) throw error
  }
}

const CATCHES_UP_MS = 500

// As one more of its kind: partitions, leases and sales change hands, and again when it goes.
export const oneMore = (role: Role): Fault => ({
  name: `a third ${role} comes and goes`,
  touches: [role],
  holdMs: [500, 3000],
  async begin(field) {
    const name = `${role}-3`
    await field.restart(name)
    return async () => {
      await sleep(CATCHES_UP_MS) // so that it has something to leave behind
      field.cluster.kill(name)
      await field.cluster.process(name).exited
    }
  },
})

const oneOf = (role: Role, at: number) => `${role}-${at + 1}`
