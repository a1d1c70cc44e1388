// seckill buyer …: what is kept about a buyer: look, hand it out, erase.

import type { Command } from 'commander'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { table } from './table.ts'

interface BuyerView {
  buyerId: string
  account?: { name?: string; subject?: string; createdAt: string; erasedAt?: string }
  counts: Record<string, number>
}

interface ErasedView {
  buyerId: string
  erased: { sessions: number; entries: number }
  kept: { what: string; count: number; why: string }[]
}

export const buyerCommand = (program: Command) => {
  const buyer = program.command('buyer').description('what is kept about a buyer')

  serverOptions(buyer.command('show').description('the account, and how much there is'))
    .argument('<buyer>', 'id of the buyer', id)
    .addHelpText('after', '\nExamples:\n  seckill buyer show 42')
    .action(show)

  serverOptions(buyer.command('export').description('everything, as one JSON document'))
    .argument('<buyer>', 'id of the buyer', id)
    .addHelpText('after', '\nExamples:\n  seckill buyer export 42 > buyer-42.json')
    .action(async (buyerId: string, options: ServerOptions) => {
      const whole = await serverApi(options).get(`${pathOf(buyerId)}/export`)
      console.log(JSON.stringify(whole, null, 2))
    })

  serverOptions(buyer.command('erase').description('erase who it was, for good'))
    .argument('<buyer>', 'id of the buyer', id)
    .requiredOption('--reason <words>', 'why, for the audit log')
    .addHelpText('after', ERASE_HELP)
    .action(erase)
}

const ERASE_HELP = `
Name, password, subject, sessions and entries of sales that are over go. Orders and the ledger keep the
bare number: the books need it. Cancel pending orders first.

Examples:
  seckill buyer erase 42 --reason 'asked by mail on 11 November'`

const pathOf = (buyerId: string) => `/api/admin/buyers/${buyerId}`

const show = async (buyerId: string, options: ServerOptions) => {
  const buyer = await serverApi(options).get<BuyerView>(pathOf(buyerId))
  if (options.json) return console.log(JSON.stringify(buyer, null, 2))
  const { account, counts } = buyer
  const known = account ? Object.entries(account) : [['account', 'none here']]
  const rows = [...known, ...Object.entries(counts)].map(([name, value]) => {
    return [name!.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), String(value)]
  })
  console.log(`buyer ${buyerId}\n\n${table(rows)}`)
}

const erase = async (buyerId: string, options: ServerOptions & { reason: string }) => {
  const { reason } = options
  const answer = await serverApi(options).post<ErasedView>(`${pathOf(buyerId)}/erase`, { reason })
  if (options.json) return console.log(JSON.stringify(answer, null, 2))
  const { erased, kept } = answer
  const rows = kept.map(({ what, count, why }) => ['kept', `${count} ${what}`, why])
  const gone = `${erased.sessions} sessions, ${erased.entries} entries, and who it was`
  console.log(`buyer ${buyerId} is erased\n\n${table([['erased', gone], ...rows])}`)
}
