// An SMTP server for one who sends plain text with a password, and keeps the messages. It knows the words of
// https://www.rfc-editor.org/rfc/rfc5321 that such a one says, and AUTH PLAIN, and no others.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

interface Mailbox extends AsyncDisposable {
  host: string // with its port
  messages: string[] // headers and text, as they came
}

export const startMailbox = async (password: string): Promise<Mailbox> => {
  const messages: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    converse(socket, { password, keep: (message) => messages.push(message) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Conversation {
  password: string
  keep: (message: string) => void
}

const END = '\r\n.\r\n'

const converse = (socket: Socket, { password, keep }: Conversation) => {
  let heard = ''
  let isKnown = false
  let isMessage = false

  const reply = (line: string): string => {
    const word = line.slice(0, 4).toUpperCase()
    if (word === 'EHLO') return '250-mailbox\r\n250 AUTH PLAIN'
    if (word === 'QUIT') return '221 bye'
    if (word === 'AUTH') {
      const given = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString()
      isKnown = given.split('\0')[2] === password
      return isKnown ? '235 known' : '535 not known'
    }
    if (!isKnown) return '530 say who you are'
    if (word === 'MAIL' || word === 'RCPT') return '250 well'
    if (word !== 'DATA') return '502 nothing of the kind'
    isMessage = true
    return '354 go on'
  }

  const listen = () => {
    for (;;) {
      const end = isMessage ? END : '\r\n'
      const at = heard.indexOf(end)
      if (at === -1) return
      const said = heard.slice(0, at)
      heard = heard.slice(at + end.length)
      if (isMessage) {
        keep(said)
        isMessage = false
        socket.write('250 kept\r\n')
      } else socket.write(`${reply(said)}\r\n`)
    }
  }

  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
    listen()
  })
  socket.write('220 mailbox\r\n')
}
