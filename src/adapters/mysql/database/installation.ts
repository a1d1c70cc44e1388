// Which databases belong together, and in which order. Each one knows its installation, its place in the
// list and how many there are; a list that was changed would look for orders where they are not.

import { randomUUID } from 'node:crypto'
import { EngineError } from '../../../domain/errors.ts'
import type { Database } from '../database.ts'

interface Membership {
  id: string
  place: number
  ofHowMany: number
}

const READ = `
  select id, place, of_how_many as ofHowMany
  from installation
`

// Before anything is written: tables of one installation must not be made among another's.
export const refuseChangedList = async (databases: Database[]): Promise<void> => {
  const [homeDatabase, ...others] = databases as [Database, ...Database[]]
  const home = await memberOf(homeDatabase)
  const members = await Promise.all(others.map(memberOf))
  if (home !== undefined && home.ofHowMany !== UNFINISHED)
    return checkMembers(databases, [home, ...members])
  const joined = others.find((_, at) => members[at] !== undefined)
  // Unless another process has just opened them all.
  if (joined !== undefined && (await memberOf(homeDatabase)) === undefined)
    throw emptyHome(homeDatabase, joined)
}

// Home first, unfinished, so that what a crash leaves can be told from another installation's; then the
// others; then home is finished. Two processes may do this at once: the first row in each table stands.
export const joinInstallation = async (databases: Database[]): Promise<string> => {
  const [homeDatabase, ...others] = databases as [Database, ...Database[]]
  const isNew = ((await memberOf(homeDatabase))?.ofHowMany ?? UNFINISHED) === UNFINISHED
  if (isNew) await homeDatabase.change(JOIN, [randomUUID(), homeDatabase.place, UNFINISHED])
  const { id } = (await memberOf(homeDatabase))!
  if (isNew) {
    for (const database of others)
      await database.change(JOIN, [id, database.place, databases.length])
    await homeDatabase.change(FINISH, [databases.length])
  }
  checkMembers(databases, await Promise.all(databases.map(memberOf)))
  return id
}

const UNFINISHED = 0

const JOIN = `
  insert into installation (one, id, place, of_how_many)
  values (1, ?, ?, ?)
  on duplicate key update id = id
`

const FINISH = `
  update installation
  set of_how_many = ?
  where of_how_many = ${UNFINISHED}
`

const HAS_TABLE = `
  select count(*) as tables
  from information_schema.tables
  where table_schema = database() and table_name = 'installation'
`

// Undefined: it is new, or not one of ours.
export const memberOf = async (database: Database): Promise<Membership | undefined> => {
  const [found] = await database.query<{ tables: number }>(HAS_TABLE)
  return found!.tables === 0 ? undefined : (await database.query<Membership>(READ))[0]
}

const checkMembers = (databases: Database[], found: (Membership | undefined)[]): void => {
  const [home, ...others] = found
  if (home!.ofHowMany !== databases.length || home!.place !== 0)
    throw refusal(
      `it names ${databases.length} databases, but ${databases[0]!.name} is number ${home!.place + 1} of ${home!.ofHowMany}: name those of this installation, in their order`,
    )
  for (const [at, member] of others.entries()) {
    const database = databases[at + 1]!
    if (member === undefined)
      throw refusal(
        `database ${database.name} is empty, but the installation is not new: restore it, or name the right one`,
      )
    if (member.id !== home!.id) throw ofAnother(database)
    if (member.place !== database.place)
      throw refusal(
        `database ${database.name} is number ${member.place + 1} of this installation, not ${database.place + 1}: name them in their order`,
      )
  }
}

const emptyHome = (home: Database, joined: Database) =>
  refusal(
    `database ${home.name} is empty, but ${joined.name} belongs to an installation: restore the one that belongs to it, or name the right ones`,
  )

const ofAnother = ({ name }: Database) =>
  refusal(`database ${name} belongs to another installation: name the right one`)

const refusal = (what: string) =>
  new EngineError('STORE_UNUSABLE', { message: `SECKILL_STORE_URL: ${what}` })
