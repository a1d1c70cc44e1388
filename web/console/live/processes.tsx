// Every process that is alive, as it has told a moment ago.

import { rate, whole } from '../pieces/format.ts'
import { words } from '../language.ts'
import type { Overview, ProcessNow } from '../shapes.ts'
import { liveWords } from './words.ts'

export const Processes = ({ newest: { isWhole, processes } }: { newest: Overview }) => {
  const said = liveWords()
  const { column } = said
  return (
    <section>
      <h2>{said.processes}</h2>
      <p role="status">{isWhole ? '' : said.notWhole}</p>
      <table class="sales labelled">
        <thead>
          <tr>
            {[column.process, column.uptime, column.attempts, column.recorded, column.delay].map(
              (name) => (
                <th key={name}>{name}</th>
              ),
            )}
            <th>{said.breakers}</th>
            <th>{column.version}</th>
          </tr>
        </thead>
        <tbody>
          {processes.map((process) => (
            <ProcessRow key={process.process} {...process} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const ProcessRow = (of: ProcessNow) => {
  const said = liveWords()
  const { ms, perSecond } = words()
  const { column } = said
  const id = of.process.split(' ').at(-1)!.slice(0, 8)
  return (
    <tr>
      <td>
        {said.role[of.role] ?? of.role} <code class="quiet small">{id}</code>
      </td>
      <td data-label={column.uptime}>{uptimeText(of.uptimeSeconds)}</td>
      <td data-label={column.attempts}>{perSecond(rate(of.attempts))}</td>
      <td data-label={column.recorded}>{perSecond(rate(of.recorded))}</td>
      <td data-label={column.delay}>{ms(rate(of.eventLoopDelay.p99Ms))}</td>
      <td data-label={said.breakers}>{breakersText(of.breakers)}</td>
      <td data-label={column.version}>{of.version}</td>
    </tr>
  )
}

export const breakersText = ({ stock, promise }: Overview['breakers']): string => {
  const said = liveWords()
  return stock + promise === 0 ? said.noBreakers : said.openBreakers(whole(stock), whole(promise))
}

const uptimeText = (seconds: number): string => {
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit))
  return liveWords().uptime(days!, hours! % 24, minutes! % 60, seconds % 60)
}
