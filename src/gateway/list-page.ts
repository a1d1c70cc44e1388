// A list that is read downwards, page by page: `cursor` is the last id of the page before, and a page
// without `nextCursor` is the last one.

import { Type } from '@sinclair/typebox'
import { id, pageSize } from './schemas/fields.ts'

export const LIST_QUERY = { cursor: Type.Optional(id), limit: Type.Optional(pageSize) }

export const NEXT_CURSOR = { nextCursor: Type.Optional(id) }

const SIZE = 100

export const listPage = async <Row>(
  { cursor, limit }: { cursor?: string; limit?: string },
  of: {
    read: (at: { before: string | undefined; limit: number }) => Promise<Row[]>
    idOf: (row: Row) => string
  },
): Promise<{ rows: Row[]; nextCursor: string | undefined }> => {
  const size = limit === undefined ? SIZE : Number(limit)
  const found = await of.read({ before: cursor, limit: size + 1 }) // one more: is there a next page?
  const rows = found.slice(0, size)
  return { rows, nextCursor: found.length > size ? of.idOf(rows.at(-1)!) : undefined }
}
