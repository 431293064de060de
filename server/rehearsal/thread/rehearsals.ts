/** Rehearsals in threads of their own, one at a time and bounded in time and memory. */
import { Worker } from 'node:worker_threads'
import type { RehearsalReport } from '../../contract/rehearsal.ts'
import type { Rehearsal, RehearsalInput } from '../../workflows/run/ports.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { handOver } from '../handedOver.ts'
import type { Reply } from './worker.ts'

/** A thread that has not answered by then is ended, in ms: far longer than its own budget. */
const LIMIT_MS = 45_000
/** Rehearsals that may wait for their turn. */
const MAX_WAITING = 4
const MAX_MEMORY_MB = 384

function failed(what: string): WorkflowRefusal {
  return new WorkflowRefusal(
    503,
    'rehearsal-failed',
    `The rehearsal did not come to an end: ${what}.`,
    'The plan and its gates stand as they are; try again, or go on without a rehearsal.',
  )
}

async function inThread(input: RehearsalInput): Promise<RehearsalReport> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: handOver(input),
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
  })
  let timer: NodeJS.Timeout | undefined
  const told = new Promise<RehearsalReport>((resolve, reject) => {
    timer = setTimeout(() => reject(failed('it took too long')), LIMIT_MS)
    worker.once('message', (answer: Reply) => {
      if (answer.kind === 'report') resolve(answer.report)
      else {
        const { code, message, remedy, refusals } = answer
        reject(new WorkflowRefusal(422, code, message, remedy, { refusals }))
      }
    })
    worker.once('error', (error: Error) => reject(failed(error.message)))
    worker.once('exit', () => reject(failed('its thread ended')))
  })
  return await told.finally(() => {
    clearTimeout(timer)
    void worker.terminate()
  })
}

export function createRehearsals(): Rehearsal {
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    rehearse: (input) => {
      if (waiting >= MAX_WAITING) {
        return Promise.reject(
          new WorkflowRefusal(
            503,
            'rehearsal-busy',
            'Other rehearsals are going on, and more are waiting.',
            'Try again in a minute.',
          ),
        )
      }
      waiting += 1
      const turn = queue
        .then(() => inThread(input))
        .finally(() => {
          waiting -= 1
        })
      queue = turn.catch(() => undefined)
      return turn
    },
  }
}
