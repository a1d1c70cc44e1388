// seckill tokens: purchase tokens for many buyers, one `buyerId token` a line, as a shop with accounts
// of its own hands them out.

import { once } from 'node:events'
import type { Command } from 'commander'
import { fetchTokens } from '../load/tokens.ts'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id, whole } from './arguments.ts'
import { progress } from './progress.ts'

interface TokensOptions extends ServerOptions {
  sale: string
  buyers: number
  from: number
}

export const tokensCommand = (program: Command) => {
  serverOptions(program.command('tokens').description('issue purchase tokens, one a line'))
    .requiredOption('--sale <id>', 'the sale they are for', id)
    .requiredOption('--buyers <count>', 'how many buyers', whole({ min: 1, max: 10_000_000 }))
    .option('--from <buyer>', 'id of the first buyer', whole({ min: 1, max: 2 ** 52 }), 1)
    .addHelpText('after', HELP)
    .action(tokens)
}

const HELP = `
Examples:
  seckill tokens --sale 7 --buyers 100000 > tokens.txt
  seckill tokens --sale 7 --buyers 1 --from 42 | cut -d ' ' -f 2`

const tokens = async ({ sale, buyers, from, ...options }: TokensOptions) => {
  const api = serverApi(options)
  using shown = progress('issuing', { quiet: process.stdout.isTTY })
  let issued = 0
  for await (const page of fetchTokens(api, { saleId: sale, buyers, from })) {
    const lines = page.map(({ buyerId, purchaseToken }) =>
      options.json ? JSON.stringify({ buyerId, purchaseToken }) : `${buyerId} ${purchaseToken}`,
    )
    issued += page.length
    shown.at(issued / buyers)
    if (!process.stdout.writable) return
    if (!process.stdout.write(`${lines.join('\n')}\n`))
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')])
  }
}
