/** What commands print for people. */

/** Columns as wide as their widest cell; the last one is not filled up. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '))
    .join('\n')
}

/** Unknown is said as such. */
export function cell(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '-' : String(value)
}

export function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
