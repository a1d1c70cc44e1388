// What an address leads to behind which there is nothing, or nothing for whoever asks.

import { words } from '../language.ts'
import { Heading } from './heading.tsx'

export const NoSuchPage = () => {
  const said = words()
  return (
    <>
      <Heading title={said.noSuchPage} />
      <a href="#/">{said.backToSales}</a>
    </>
  )
}
