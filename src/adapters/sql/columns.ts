// How values are kept in columns of either database: flags as 0 and 1, lists as JSON, what is not there as
// null. Ids are integers that go in and come out as decimal text: JavaScript numbers would lose their
// last digits.
//
// This folder is what the rows of both databases have in common, and knows neither of them.

export const orNull = <Value>(value: Value | undefined): Value | null => value ?? null
export const orUndefined = <Value>(value: Value | null): Value | undefined => value ?? undefined

// The highest id there can be: where a list that is read downwards begins.
export const ID_MAX = '9223372036854775807'

const NO_TOKENS = '[]'

export const tokensText = (stockTokens: string[]): string =>
  stockTokens.length === 0 ? NO_TOKENS : JSON.stringify(stockTokens)

export const tokensOf = (text: string): string[] => (text === NO_TOKENS ? [] : JSON.parse(text))
