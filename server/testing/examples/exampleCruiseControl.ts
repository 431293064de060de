/** For tests: a Cruise Control that does nothing. */
import type { ExecutorLook } from '../../contract/cruiseControl.ts'
import type { CruiseControlFacts } from '../../workflows/run/facts.ts'

export const IDLE_EXECUTOR: ExecutorLook = {
  state: 'NO_TASK_IN_PROGRESS',
  taskId: null,
  reason: null,
  movesDone: null,
  movesTotal: null,
  megabytesDone: null,
  megabytesTotal: null,
}

/** Broker 7 may be handed over: its replica is counted, and a dry run found it a place. @param atMs monotonic */
export function readyToHandOver(atMs: number): Pick<CruiseControlFacts, 'counts' | 'dryRun'> {
  return {
    counts: {
      atMs,
      replicas: new Map([
        [7, 1],
        [8, 1],
        [9, 0],
      ]),
    },
    dryRun: {
      atMs,
      brokers: [7],
      answer: { ok: true, told: { replicas: 1, megabytes: 1, leaders: 0, monitoredPercent: 100, excludedTopics: [] } },
    },
  }
}
