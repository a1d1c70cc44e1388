// The auditor as a program. Exit code 0: all holds, 1: something is broken, 2: called wrongly or
// its input cannot be read (one line says what). Safe beside a running engine: it only reads.

import { parseArgs } from 'node:util'
import { isId, UnreadableInput } from './answers.ts'
import { type Audit, auditSale } from './audit-sale.ts'
import { readEngineBook } from './engine-book.ts'
import { report } from './report.ts'
import { isMysql } from './sources/open-source.ts'

const USAGE =
  'usage: node audit/auditor.ts --database FILE|mysql://…,mysql://… [--answers FILE] ' +
  '[--sale ID [--engine FILE]] [--must-rest] [--json]; without --database the MySQL databases of ' +
  'SECKILL_STORE_URL, which no other user of the machine sees; --engine: what ' +
  '"seckill audit ID --json" printed'

const main = async (): Promise<number> => {
  const { audit, json } = readArguments()
  const verdict = await auditSale(audit)
  process.stdout.write(json ? `${JSON.stringify(verdict, null, 2)}\n` : report(verdict))
  return verdict.holds ? 0 : 1
}

const readArguments = (): { audit: Audit; json: boolean } => {
  const { values } = parsed()
  const { answers, sale, engine, json } = values
  const database = values.database ?? storeUrl()
  if (database === undefined) throw new UnreadableInput(USAGE)
  if (sale !== undefined && !isId(sale)) throw new UnreadableInput(`--sale ${sale} is not an id`)
  if (engine !== undefined && sale === undefined) throw new UnreadableInput(USAGE)
  const engines = engine === undefined ? {} : { [sale!]: readEngineBook(engine) }
  const mustRest = values['must-rest']
  const audit = { database, answers, saleId: sale, engines, mustRest }
  return { audit, json: json ?? false }
}

const storeUrl = (): string | undefined => {
  const url = process.env.SECKILL_STORE_URL ?? ''
  return isMysql(url) ? url : undefined
}

const parsed = () => {
  try {
    return parseArgs({
      options: {
        database: { type: 'string' },
        answers: { type: 'string' },
        sale: { type: 'string' },
        engine: { type: 'string' },
        'must-rest': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    })
  } catch (cause) {
    throw new UnreadableInput(`${String((cause as Error).message)}; ${USAGE}`, cause)
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UnreadableInput)) throw error
  process.stderr.write(`${error.message.replaceAll('\n', ' ')}\n`)
  process.exitCode = 2
}
