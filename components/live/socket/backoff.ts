/** How long to wait before the next attempt to reach the server. Pure: chance is an argument. */

const FIRST_MS = 250
const LONGEST_MS = 4_000

/**
 * Doubles from 250 ms to 4 s; half of it is left to chance, so that the screens of a restarted server do not all return
 * in the same moment. `attempt` counts from 0, `chance` is in [0, 1).
 */
export function backoffMs(attempt: number, chance: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16))
  return Math.round(ceiling / 2 + (ceiling / 2) * chance)
}
