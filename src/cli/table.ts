// Rows of words as columns that stand in line.

export const table = (rows: string[][], indent = '  '): string => {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)))
  const line = (row: string[]) => row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join('\n')
}

// Minor units as people write them: 99900 CNY is `999.00 CNY`.
export const money = (minorUnits: number, currency: string): string => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return `${(minorUnits / 10 ** digits).toFixed(digits)} ${currency}`
}
