// Reads a stream of server-sent events from pieces of text that are cut anywhere.

export interface StreamEvent {
  event: string
  data: string
}

// Takes the next piece; answers the events that are complete with it.
export const eventStream = (): ((piece: string) => StreamEvent[]) => {
  let rest = ''
  return (piece) => {
    const blocks = (rest + piece).replace(/\r\n/g, '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.map(eventOf).filter(({ data }) => data !== '')
  }
}

const eventOf = (block: string): StreamEvent => {
  const valuesOf = (field: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ''))
  return { event: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n') }
}
