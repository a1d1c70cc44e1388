// One request, sent as it is, and its answer, taken apart.

import { connect } from 'node:net'
import { answerLength, answerStatus } from '../load/answer-length.ts'

export interface RawAnswer {
  status: number
  headers: [name: string, value: string][]
  body: string
  bytes: number // of all of it
}

export const readAnswer = async (port: number, request: Buffer): Promise<RawAnswer> => {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.write(request)
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    const length = answerLength(bytes)
    if (length !== undefined && bytes.length >= length) break
  }
  return { status: answerStatus(bytes), ...partsOf(bytes.toString()), bytes: bytes.length }
}

const partsOf = (text: string): Pick<RawAnswer, 'headers' | 'body'> => {
  const end = text.indexOf('\r\n\r\n')
  const [, ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(': ')
    return [line.slice(0, at), line.slice(at + 2)]
  })
  return { headers, body: text.slice(end + 4) }
}
