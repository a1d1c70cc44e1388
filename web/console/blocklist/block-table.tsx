// Blocks in force, as a table.

import { instant } from '../pieces/format.ts'
import { type Block, ruleOf, targetOf } from './shapes.ts'
import { blockWords } from './words.ts'

interface TableProps {
  blocks: Block[]
  onLift: ((block: Block) => void) | undefined // undefined: whoever looks may change nothing
}

export const BlockTable = ({ blocks, onLift }: TableProps) => {
  const said = blockWords()
  return (
    <table class="sales labelled many">
      <thead>
        <tr>
          <th>{said.who}</th>
          <th>{said.why}</th>
          <th>{said.by}</th>
          <th>{said.since}</th>
          <th>{said.until}</th>
          {onLift ? <td /> : null}
        </tr>
      </thead>
      <tbody>
        {blocks.map((block) => (
          <BlockRow key={block.blockId} block={block} onLift={onLift} />
        ))}
      </tbody>
    </table>
  )
}

const BlockRow = ({ block, onLift }: { block: Block; onLift: TableProps['onLift'] }) => {
  const said = blockWords()
  const { reason, by, until, createdAt } = block
  const { kind, value } = targetOf(block)
  const rule = ruleOf(block)
  return (
    <tr>
      <td class="whole">
        <span class="badge">{said.kind[kind]}</span>
        {kind === 'buyer' ? <a href={`#/buyers/${value}`}>{value}</a> : value}
      </td>
      <td data-label={said.why}>{reason}</td>
      <td class="whole" data-label={said.by}>
        {rule === undefined ? by : said.rule(rule)}
      </td>
      <td data-label={said.since} class="quiet whole">
        {instant(createdAt)}
      </td>
      <td data-label={said.until} class="quiet whole">
        {until === undefined ? said.forGood : instant(until)}
      </td>
      {onLift ? (
        <td class="whole">
          <button
            type="button"
            class="plain"
            aria-label={`${said.lift}: ${value}`}
            onClick={() => onLift(block)}
          >
            {said.lift}
          </button>
        </td>
      ) : null}
    </tr>
  )
}
