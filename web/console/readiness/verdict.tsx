// Ready or not, and how many checks say otherwise: in words, with a sign, never by colour alone.

import { countOf, type Readiness } from './shapes.ts'
import { readinessWords } from './words.ts'

export const Verdict = ({ of }: { of: Readiness }) => {
  const said = readinessWords()
  const [fails, warns] = [countOf(of, 'fail'), countOf(of, 'warn')]
  return (
    <p class={`verdict ${of.ready ? 'good' : 'bad'}`}>
      {of.ready ? `✓ ${said.ready}` : `✗ ${said.notReady}`} {fails > 0 ? said.fails(fails) : ''}{' '}
      {warns > 0 ? said.warns(warns) : ''}
    </p>
  )
}
