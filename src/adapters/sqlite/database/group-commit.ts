// One transaction at a time, shared by everything that is applied in one turn of the event loop: one
// commit, one write to the disk.
//
//   idle ──apply──► open ──a row changed──► dirty ──commit──► idle        undone: everybody is told
//
// Nobody waits for a transaction that changed nothing, and SQLite writes nothing for it.

import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../../domain/errors.ts'
import { sqliteFailure } from './failures.ts'

export interface GroupCommit {
  apply<Result>(change: () => Result): Result
  query<Result>(ask: () => Result): Result
  settle(): Promise<void>
  commit(): void
  failures(): number
}

interface State {
  sqlite: DatabaseSync
  open: Transaction | undefined
  failures: number
  changedRows: number // since the file was opened
  readChangedRows: () => number
}

interface Transaction {
  timer: NodeJS.Immediate
  dirty: boolean
  waiters: PromiseWithResolvers<void> | undefined
}

const CHANGED_ROWS = 'select total_changes() as changed'

export const groupCommit = (sqlite: DatabaseSync): GroupCommit => {
  const changed = sqlite.prepare(CHANGED_ROWS)
  const readChangedRows = () => Number(changed.get()?.['changed'])
  const state: State = {
    sqlite,
    open: undefined,
    failures: 0,
    changedRows: readChangedRows(),
    readChangedRows,
  }
  return {
    apply: (change) => apply(state, change),
    query: (ask) => query(state, ask),
    settle: () => settle(state),
    commit: () => commit(state),
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
    return state.open
  }
  state.sqlite.exec('begin immediate')
  state.open = { timer: setImmediate(() => commit(state)), dirty: false, waiters: undefined }
  return state.open
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
    state.sqlite.exec('commit')
  } catch (error) {
    fail(state, error)
    return
  }
  end(state)?.resolve()
}

const fail = (state: State, error: unknown) => {
  state.failures += 1
  if (state.sqlite.isTransaction) state.sqlite.exec('rollback')
  end(state)?.reject(sqliteFailure(error))
}

const end = (state: State): PromiseWithResolvers<void> | undefined => {
  clearImmediate(state.open?.timer)
  const waiters = state.open?.waiters
  state.open = undefined
  return waiters
}
