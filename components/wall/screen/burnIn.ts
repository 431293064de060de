/** Where the picture stands at a minute: it walks a small round, so that no pixel shows the same edge for days. Pure. */

/** Steps to each side, and how many hundredths of the shorter side of the screen one is. */
const REACH = 2
const SIDE = 2 * REACH + 1

export const MINUTE_MS = 60_000

/** In steps of the screen, each between -2 and 2; neighbours in time are neighbours in place. */
export function shiftAt(atMs: number): { readonly x: number; readonly y: number } {
  const minute = Math.floor(atMs / MINUTE_MS)
  const round = 2 * SIDE * SIDE - 2
  const at = ((minute % round) + round) % round
  // There and back again along the same way: no jump at the end.
  const place = at < SIDE * SIDE ? at : round - at
  const row = Math.floor(place / SIDE)
  const inRow = place % SIDE
  return { x: (row % 2 === 0 ? inRow : SIDE - 1 - inRow) - REACH, y: row - REACH }
}
