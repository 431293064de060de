/** For tests: a Cruise Control that does nothing. */
import type { ExecutorLook } from '../../contract/cruiseControl.ts'

export const IDLE_EXECUTOR: ExecutorLook = {
  state: 'NO_TASK_IN_PROGRESS',
  taskId: null,
  reason: null,
  movesDone: null,
  movesTotal: null,
  megabytesDone: null,
  megabytesTotal: null,
}
