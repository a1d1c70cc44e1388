// Databases of a test's own on a server that others use as well, and statements past the adapters.

import { randomUUID } from 'node:crypto'
import { createConnection } from 'mysql2/promise'

const DATABASES = 2 // so that every list is merged, and every change finds its place

export interface OwnDatabases extends AsyncDisposable {
  urls: string[]
}

// Made by name only: `openMysql` makes their tables.
export const ownDatabases = async (serverUrl: string, count = DATABASES): Promise<OwnDatabases> => {
  const prefix = `seckill_${randomUUID().slice(0, 8)}`
  const names = Array.from({ length: count }, (_, at) => `${prefix}_${at}`)
  await onServer(
    serverUrl,
    names.map((name) => `create database ${name}`),
  )
  return {
    urls: names.map((name) => `${serverUrl}/${name}`),
    async [Symbol.asyncDispose]() {
      const drops = names.map((name) => `drop database if exists ${name}`)
      await onServer(serverUrl, drops).catch(unlessGone)
    },
  }
}

// A file that is run alone stops its server when it ends, maybe before this.
const unlessGone = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ECONNREFUSED') throw error
}

// Past the adapters. Returns the rows of the last statement.
export const onServer = async (url: string, statements: string[]): Promise<Row[]> => {
  const connection = await createConnection(url)
  let rows: Row[] = []
  try {
    for (const sql of statements) rows = (await connection.query(sql))[0] as Row[]
    return rows
  } finally {
    await connection.end()
  }
}

type Row = Record<string, string | number | null>
