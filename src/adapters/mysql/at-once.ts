// Work in several databases at once. It comes back when all of it has ended, so that nothing goes on
// behind the back of whoever is told of a failure.

export const atOnce = async <Result>(work: Promise<Result>[]): Promise<Result[]> => {
  const { found, failure } = await ended(work)
  if (failure) throw failure.reason
  return found
}

// What those found that answered. A database that is down keeps nothing in the others waiting: it is told
// of when they have nothing.
export const fromWhoAnswers = async <Row>(work: Promise<Row[]>[]): Promise<Row[]> => {
  const { found, failure } = await ended(work)
  const rows = found.flat()
  if (failure && rows.length === 0) throw failure.reason
  return rows
}

const ended = async <Result>(work: Promise<Result>[]) => {
  const settled = await Promise.allSettled(work)
  return {
    found: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    failure: settled.find((one) => one.status === 'rejected'),
  }
}
