/** Time, supplied: `nowMs` is the wall clock for stamps, `monotonicMs` measures ages and never steps. */
export interface Clock {
  nowMs(): number
  monotonicMs(): number
}

/**
 * As Node has it: Next puts a function of its own in the place of `Date.now` that looks for the request it is called in, and hundreds
 * of clusters ask for the time thousands of times a second.
 */
const { now } = Date

export const systemClock: Clock = { nowMs: now, monotonicMs: () => performance.now() }
