// seckill dead-letters …: messages that could not be recorded as they are, and their way back.

import type { Command } from 'commander'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { type PageOptions, pageOptions, pagePath, printPage } from './list-page.ts'

interface DeadLetterView {
  deadLetterId: string
  source: string
  reason: string
  at: string
  message: string
}

const PATH = '/api/admin/dead-letters'

export const deadLettersCommand = (program: Command) => {
  const letters = program.command('dead-letters').description('orders that could not be recorded')

  pageOptions(letters.command('list').description('all of them, newest first'))
    .addHelpText('after', LIST_HELP)
    .action(list)

  serverOptions(letters.command('replay').description('put one back on the queue'))
    .argument('<letter>', 'id of the dead letter', id)
    .option('--reason <words>', 'why, for the audit log')
    .addHelpText('after', REPLAY_HELP)
    .action(replay)
}

const LIST_HELP = `
With --json each comes with its whole message.

Examples:
  seckill dead-letters list
  seckill dead-letters list --json`

const REPLAY_HELP = `
There it is decided like any other order, and may come back here.

Examples:
  seckill dead-letters replay 7 --reason 'the sale is there again'`

const list = async (options: PageOptions) => {
  const api = serverApi(options)
  const path = pagePath(PATH, options)
  const page = await api.get<{ deadLetters: DeadLetterView[]; nextCursor?: string }>(path)
  if (options.json) return console.log(JSON.stringify(page, null, 2))
  const rows = page.deadLetters.map(({ deadLetterId, source, at, reason }) => [
    deadLetterId,
    source,
    at,
    oneLine(reason),
  ])
  const heading = ['letter', 'order or place', 'set aside at', 'reason']
  return printPage([heading, ...rows], { ...page, none: 'no dead letters' })
}

const oneLine = (text: string) => text.replaceAll(/\p{Cc}+/gu, ' ')

const replay = async (deadLetterId: string, options: ServerOptions & { reason?: string }) => {
  const { reason } = options
  const answer = await serverApi(options).post(`${PATH}/${deadLetterId}/replay`, { reason })
  console.log(
    options.json ? JSON.stringify(answer) : `dead letter ${deadLetterId} is on the queue again`,
  )
}
