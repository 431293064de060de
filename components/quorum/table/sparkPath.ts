/** The lag of one replica over the last minute as points of a line in a small box. Pure. */

export interface SparkBox {
  readonly width: number
  readonly height: number
}

/** A lag of a few records is noise: the scale never ends below this many. */
const LEAST_SCALE = 10

/**
 * One list of points per stretch without a gap; `null` is a gap, not a zero. `spanMs` is the width of the box in time and
 * `newestMs` its right edge.
 */
export function sparkLines(
  values: readonly { readonly atMs: number; readonly lag: number | null }[],
  newestMs: number,
  spanMs: number,
  box: SparkBox,
): string[] {
  const known = values.flatMap(({ lag }) => (lag === null ? [] : [lag]))
  const scale = known.reduce((most, one) => Math.max(most, one), LEAST_SCALE)
  const lines: string[][] = []
  let line: string[] | null = null
  for (const { atMs, lag } of values) {
    const x = box.width * (1 - (newestMs - atMs) / spanMs)
    if (lag === null || x < 0) {
      line = null
      continue
    }
    const y = 1.5 + (box.height - 3) * (1 - lag / scale)
    if (line === null) {
      line = []
      lines.push(line)
    }
    line.push(`${x.toFixed(1)},${y.toFixed(1)}`)
  }
  return lines.map((points) => points.join(' '))
}
