// The auditor as a program. Exit code 0: all holds, 1: something is broken, 2: called wrongly or
// its input cannot be read (one line says what). Safe beside a running engine: it only reads.

import { parseArgs } from 'node:util'
import { isId, UnreadableInput } from './answers.ts'
import { type Audit, auditSale } from './audit-sale.ts'
import { readEngineBook } from './engine-book.ts'
import { report } from './report.ts'

const USAGE =
  'usage: node audit/auditor.ts --database FILE [--answers FILE] [--sale ID [--engine FILE]] ' +
  '[--must-rest] [--json]; --engine: what "seckill audit ID --json" printed'

const main = (): number => {
  const { audit, json } = readArguments()
  const verdict = auditSale(audit)
  process.stdout.write(json ? `${JSON.stringify(verdict, null, 2)}\n` : report(verdict))
  return verdict.holds ? 0 : 1
}

const readArguments = (): { audit: Audit; json: boolean } => {
  const { values } = parsed()
  const { database, answers, sale, engine, json } = values
  if (database === undefined) throw new UnreadableInput(USAGE)
  if (sale !== undefined && !isId(sale)) throw new UnreadableInput(`--sale ${sale} is not an id`)
  if (engine !== undefined && sale === undefined) throw new UnreadableInput(USAGE)
  const engines = engine === undefined ? {} : { [sale!]: readEngineBook(engine) }
  const mustRest = values['must-rest']
  const audit = { databaseFile: database, answers, saleId: sale, engines, mustRest }
  return { audit, json: json ?? false }
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
  process.exitCode = main()
} catch (error) {
  if (!(error instanceof UnreadableInput)) throw error
  process.stderr.write(`${error.message.replaceAll('\n', ' ')}\n`)
  process.exitCode = 2
}
