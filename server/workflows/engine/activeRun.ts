/** A run that has not ended, as this process holds it beside the journal. */

import type { Run } from '../run/run.ts'
import type { IntentClock } from './decisions/advance.ts'

export interface ActiveRun {
  run: Run
  /** Of the change lock; `null` where it is not held. */
  token: number | null
  clock: IntentClock | null
  /** Entries of the requests that this process sent. */
  requests: Set<number>
  /** What was shown last, to see whether more than live figures changed. */
  shown: string
}

/** `clock`: of a request that an earlier process may have sent, `null` where none is open. */
export function activeRun(run: Run, token: number | null, clock: IntentClock | null = null): ActiveRun {
  return { run, token, clock, requests: new Set(), shown: '' }
}
