/**
 * For tests, as a process of its own: one of several servers, which dies by SIGKILL where its order says. It prints where it is to
 * be found, and the boundaries that it passes as in faults/mortal.ts.
 */
import { Boundaries, journalWith, writesWith } from '../faults/mortal.ts'
import { type ReplicaOrder, startReplica } from './replica.ts'

export interface ProcessOrder extends ReplicaOrder {
  /** Where it dies; `null`: nowhere. */
  boundary: string | null
  /** In place of SIGKILL. */
  signal?: NodeJS.Signals
  /** Folder in which the requests are counted that are sent. */
  sendsIn: string
}

async function main({ boundary, signal, sendsIn, ...order }: ProcessOrder): Promise<void> {
  const boundaries = new Boundaries(boundary, signal)
  const replica = await startReplica(order, {
    journal: journalWith(boundaries),
    writes: writesWith(boundaries, sendsIn),
  })
  process.stdout.write(`${replica.url}\n`)
  setInterval(() => {
    for (const fault of replica.faults.splice(0)) console.error(fault)
  }, 200)
  process.on('SIGTERM', () => void replica.close().finally(() => process.exit(0)))
  // The test that started it has ended.
  process.stdin.resume().on('end', () => process.exit(0))
}

const [given] = process.argv.slice(2)
if (import.meta.main && given !== undefined) await main(JSON.parse(given) as ProcessOrder)
