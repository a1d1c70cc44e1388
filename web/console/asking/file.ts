// A file of the API, asked for with the key in the header, never in an address. One that breaks off half
// way is a refusal: half a file looks like all of it.

import { bearer, type Refusal } from './api.ts'
import { end, session } from './session.ts'

// How much lies in the memory of the page before the browser may put it elsewhere.
const PIECE_BYTES = 1_048_576

// `told` hears how many bytes have come so far.
export const fetchFile = async (
  path: string,
  { signal, told }: { signal: AbortSignal; told: (bytes: number) => void },
): Promise<Blob | Refusal> => {
  const key = session()?.key ?? ''
  const response = await ask(path, { key, signal })
  if (response === undefined) return refusal({ code: 'no-answer' })
  if (response.status === 401 && key === session()?.key) end('refused')
  if (!response.ok || response.body === null) return refusalOf(response)
  const pieces: Blob[] = []
  let chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  let loose = 0 // of them in `chunks`
  try {
    const reader = response.body.getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value)
      bytes += next.value.length
      loose += next.value.length
      told(bytes)
      if (loose < PIECE_BYTES) continue
      pieces.push(new Blob(chunks))
      chunks = []
      loose = 0
    }
  } catch {
    return refusal({ code: 'broken-off' })
  }
  return new Blob([...pieces, ...chunks], { type: response.headers.get('content-type') ?? '' })
}

const ask = async (path: string, { key, signal }: { key: string; signal: AbortSignal }) => {
  try {
    return await fetch(path, { headers: bearer(key), credentials: 'omit', signal })
  } catch {
    return undefined
  }
}

const refusalOf = async (response: Response): Promise<Refusal> => {
  const read: Promise<unknown> = response.json()
  const body = (await read.catch(() => undefined)) as Partial<Refusal> | undefined
  return refusal({ code: 'no-answer', ...body, status: response.status })
}

const refusal = (of: { code: string; status?: number; detail?: string }): Refusal => ({
  ok: false,
  code: of.code,
  status: of.status ?? 0,
  detail: of.detail ?? '',
  field: undefined,
})
