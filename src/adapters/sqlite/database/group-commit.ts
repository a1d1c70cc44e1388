// One transaction at a time, shared by everything that is applied until a turn of the event loop brings
// nothing more: one commit, one write to the disk. Whoever comes alone waits for one turn, and a crowd
// that never ends for no longer than `GATHER_MS_MAX`.
//
//   idle ──apply──► open ──a row changed──► dirty ──last call, commit──► idle
//                                                          undone: everybody is told
//
// Nobody waits for a transaction that changed nothing, and SQLite writes nothing for it. What is kept
// in memory may take part: it hears of the commit before it comes, writes what is left to write, and
// hears how it ended.

import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import type { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../../domain/errors.ts'
import { sqliteFailure } from './failures.ts'
import { type InLine, inLine } from './in-line.ts'

// Something in memory that a transaction carries. None of its functions waits; only `write` may throw.
export interface Part {
  lastCall(): void // the turn is over: what is begun in this call's microtasks is still in time
  write(): void // the last changes, inside the transaction
  ended(durable: boolean): void // false: undone
}

export interface GroupCommit {
  join(part: Part): void
  touch(): void
  apply<Result>(change: () => Result): Result
  query<Result>(ask: () => Result): Result
  settle(): Promise<void>
  stop(): void // commits what is open, and ends
  failures(): number
}

interface State {
  sqlite: DatabaseSync
  line: InLine
  open: Transaction | undefined
  parts: Part[]
  failures: number
  changedRows: number // since the file was opened
  readChangedRows: () => number
}

interface Transaction {
  openedAtMs: number
  grows: boolean // something was applied in this turn
  closing: boolean
  dirty: boolean
  waiters: PromiseWithResolvers<void> | undefined
}

const GATHER_MS_MAX = 2

const CHANGED_ROWS = 'select total_changes() as changed'

export const groupCommit = (sqlite: DatabaseSync): GroupCommit => {
  const changed = sqlite.prepare(CHANGED_ROWS)
  const readChangedRows = () => Number(changed.get()?.['changed'])
  const state: State = {
    sqlite,
    line: inLine(),
    open: undefined,
    parts: [],
    failures: 0,
    changedRows: readChangedRows(),
    readChangedRows,
  }
  return {
    join: (part) => void state.parts.push(part),
    touch: () => touch(state),
    apply: (change) => apply(state, change),
    query: (ask) => query(state, ask),
    settle: () => settle(state),
    stop() {
      commit(state)
      state.line.close()
    },
    failures: () => state.failures,
  }
}

const apply = <Result>(state: State, change: () => Result): Result => {
  try {
    const transaction = begin(state)
    const result = runMarked(state, change)
    const changedRows = state.readChangedRows()
    if (changedRows !== state.changedRows) transaction.dirty = true
    state.changedRows = changedRows
    return result
  } catch (error) {
    failIfUndone(state, error)
    throw sqliteFailure(error)
  }
}

const begin = (state: State): Transaction => {
  refuseClosed(state.sqlite)
  if (state.open) {
    assert(state.sqlite.isTransaction, 'what is applied is always part of a transaction')
    state.open.grows = true
    return state.open
  }
  state.sqlite.exec('begin immediate')
  state.open = {
    openedAtMs: performance.now(),
    grows: false,
    closing: false,
    dirty: false,
    waiters: undefined,
  }
  gather(state, state.open)
  return state.open
}

// Two calls at the end of each turn: between them all microtasks run that the first has begun, so that
// what a last call sets off is still in time. A turn ends behind those who were there when it began: of a
// crowd that never ends nobody waits for those behind him.
const gather = (state: State, open: Transaction) => {
  const close = () => {
    open.closing = !open.grows || performance.now() > open.openedAtMs + GATHER_MS_MAX
    open.grows = false
    if (open.closing) state.parts.forEach((part) => part.lastCall())
  }
  const finish = () => (open.closing ? commit(state) : gather(state, open))
  for (const then of [close, finish])
    state.line.call(() => {
      if (state.open === open) then()
    })
}

// Something in memory has changed and will be written with the commit.
const touch = (state: State): void => {
  try {
    begin(state).dirty = true
  } catch (error) {
    throw sqliteFailure(error)
  }
}

// A change that throws undoes only itself, unless SQLite has undone everything.
const runMarked = <Result>(state: State, change: () => Result): Result => {
  const { sqlite } = state
  sqlite.exec('savepoint change')
  try {
    const result = change()
    assert(!(result instanceof Promise), 'a change is done when it returns')
    sqlite.exec('release change')
    return result
  } catch (error) {
    if (sqlite.isTransaction) {
      sqlite.exec('rollback to change; release change')
      state.changedRows = state.readChangedRows()
    }
    throw error
  }
}

const query = <Result>(state: State, ask: () => Result): Result => {
  refuseClosed(state.sqlite)
  try {
    return ask()
  } catch (error) {
    failIfUndone(state, error)
    throw sqliteFailure(error)
  }
}

// A full or failing disk, or a lack of memory, in any statement, also one that only reads, makes SQLite
// undo the whole transaction: https://www.sqlite.org/lang_transaction.html
const failIfUndone = (state: State, error: unknown) => {
  if (state.open && !state.sqlite.isTransaction) fail(state, error)
}

const refuseClosed = (sqlite: DatabaseSync) => {
  if (!sqlite.isOpen)
    throw new EngineError('STORE_UNREACHABLE', { message: 'the database is closed' })
}

const settle = (state: State): Promise<void> => {
  if (!state.open?.dirty) return Promise.resolve()
  state.open.waiters ??= Promise.withResolvers()
  return state.open.waiters.promise
}

const commit = (state: State): void => {
  if (state.open === undefined) return
  try {
    for (const part of state.parts) part.write()
    state.sqlite.exec('commit')
  } catch (error) {
    fail(state, error)
    return
  }
  end(state, { durable: true })?.resolve()
}

const fail = (state: State, error: unknown) => {
  state.failures += 1
  if (state.sqlite.isTransaction) state.sqlite.exec('rollback')
  end(state, { durable: false })?.reject(sqliteFailure(error))
}

const end = (state: State, { durable }: { durable: boolean }) => {
  const waiters = state.open?.waiters
  state.open = undefined
  for (const part of state.parts) part.ended(durable)
  return waiters
}
