// A shipped file with something of a test's own in it: whatever is replaced has to be there.

export const changedText = (text: string, changes: [from: string, to: string][]): string => {
  let changed = text
  for (const [from, to] of changes) {
    if (!changed.includes(from)) throw new Error(`there is no "${from}" any more`)
    changed = changed.replaceAll(from, to)
  }
  return changed
}
