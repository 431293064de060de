/** Time, supplied: `nowMs` is the wall clock for stamps, `monotonicMs` measures ages and never steps. */
export interface Clock {
  nowMs(): number
  monotonicMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() }
