/** A thread that plays one rehearsal and ends: seconds of work, which the event loop must not wait for. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { RehearsalReport } from '../../contract/rehearsal.ts'
import type { Gate } from '../../contract/workflows.ts'
import type { RehearsalInput } from '../../workflows/run/ports.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { type HandedOver, takenOver } from '../handedOver.ts'
import { rehearse } from '../rehearse.ts'

/** No further case is begun after this time, in ms. */
const BUDGET_MS = 20_000

export type Reply =
  | { kind: 'report'; report: RehearsalReport }
  | { kind: 'refused'; code: string; message: string; remedy: string; refusals: Gate[] }

function tell(input: RehearsalInput): Reply {
  const endMs = performance.now() + BUDGET_MS
  try {
    return { kind: 'report', report: rehearse(input, { mayGoOn: () => performance.now() < endMs }) }
  } catch (error) {
    if (!(error instanceof WorkflowRefusal)) throw error
    const { code, message, remedy, refusals } = error
    return { kind: 'refused', code, message, remedy, refusals }
  }
}

if (!isMainThread) parentPort?.postMessage(tell(takenOver(workerData as HandedOver)))
