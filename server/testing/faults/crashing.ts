/**
 * For tests, as a process of its own: drives one run by what it is offered, on a data directory that outlives it, and kills
 * itself with SIGKILL at the boundary it is told. Boundaries lie around every write of the journal and every RPC, and are
 * named after what is written or sent. Prints the boundaries that it passed, and the run, when it has ended.
 */

import { appendFileSync, closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { votersOf } from '../../contract/voters.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { Journal, NewEntry } from '../../workflows/engine/journal/journal.ts'
import type { ClusterWrites } from '../../workflows/run/ports.ts'
import { Driving, QUICK } from '../driving.ts'

/** The order to a crashing process, as JSON in its first argument. */
export interface CrashOrder {
  bootstrapControllers: string[]
  dataDir: string
  request: StartWorkflow
  /** Name of a boundary, as a run that is not crashed reports them; `null`: none. */
  crashAt: string | null
}

/** File in the data directory that counts the requests that were begun, one byte each, synced before each. */
export const SENDS = 'sends'
/** Begins each line of standard error that tells of a boundary. */
export const BOUNDARY = 'boundary: '
/** Long enough for the request to be written and carried out, in ms; the answer is not read. */
const ON_THE_WAY_MS = 80

/** `step-done new-disk`, `intended remove-old`, `settled`. */
function entryText({ type, data }: NewEntry): string {
  const { step, intent } = data as { step?: string; intent?: { step: string } }
  return [type, step ?? intent?.step ?? ''].join(' ').trim()
}

async function main(order: CrashOrder): Promise<void> {
  const boundaries: string[] = []
  const boundary = (name: string) => {
    // What happens again, for example a step that is tried again, has a boundary of its own.
    const times = boundaries.filter((passed) => passed.replace(/ #\d+$/, '') === name).length
    const one = times === 0 ? name : `${name} #${times + 1}`
    boundaries.push(one)
    // At once, past any buffer: the process may end with the next line.
    writeSync(2, `${BOUNDARY}${one}\n`)
    if (one === order.crashAt) process.kill(process.pid, 'SIGKILL')
  }
  const journal = (real: Journal): Journal => ({
    ...real,
    begin: async (...given) => {
      boundary('started: not kept yet')
      const stored = await real.begin(...given)
      boundary('started: kept')
      return stored
    },
    append: async (change) => {
      const what = change.entries.map(entryText).join(' and ')
      boundary(`${what}: not kept yet`)
      await real.append(change)
      boundary(`${what}: kept`)
    },
  })
  const writes = (real: ClusterWrites): ClusterWrites => ({
    probe: (nodeId, endpoints) => real.probe(nodeId, endpoints),
    act: async (act, options) => {
      boundary(`${act.kind}: not sent yet`)
      const answer = real.act(act, options)
      await Promise.race([answer, delay(ON_THE_WAY_MS)])
      boundary(`${act.kind}: on its way`)
      const outcome = await answer
      boundary(`${act.kind}: answered, answer not kept`)
      return outcome
    },
    changeVoters: async (clusterId, change, options) => {
      boundary(`${change.kind}: not sent yet`)
      const file = openSync(join(order.dataDir, SENDS), 'a')
      appendFileSync(file, change.kind === 'add' ? 'A' : 'R')
      fsyncSync(file)
      closeSync(file)
      const answer = real.changeVoters(clusterId, change, options)
      await Promise.race([answer, delay(ON_THE_WAY_MS)])
      boundary(`${change.kind}: on its way`)
      const outcome = await answer
      boundary(`${change.kind}: answered, answer not kept`)
      return outcome
    },
  })
  const { bootstrapControllers, dataDir, request } = order
  const driving = await Driving.open({
    bootstrapControllers,
    dataDir,
    journal,
    writes,
    thresholds: { ...QUICK, windowMs: 600, soakMs: 600 },
  })
  const going = driving.workflows.active('test')[0]
  if (going === undefined) {
    await driving.watching.view(
      'facts read',
      (v) => v.source.tailing && v.quorum.autoJoin !== null && v.quorum.margin !== null,
    )
  }
  const { workflows } = await driving.workflows.list('test').catch(() => ({ workflows: [] }))
  const id = going?.id ?? workflows[0]?.id ?? (await driving.start(request)).id
  const run = await driving.driveStating(id)
  const { entries } = await driving.workflows.evidence(id)
  const events = entries.map(({ type, data }) => {
    const { applied = null, intent } = data as { applied?: boolean; intent?: { step: string } }
    return { type, applied, step: intent?.step ?? null }
  })
  const { view } = driving.watching.observer
  const voters = (view === null ? [] : votersOf(view)).map((r) => `${r.nodeId}/${r.directoryId}`)
  process.stdout.write(`${JSON.stringify({ boundaries, state: run.state, events, voters })}\n`)
  await driving.close()
  process.exit(0)
}

const [given] = process.argv.slice(2)
if (import.meta.main && given !== undefined) await main(JSON.parse(given) as CrashOrder)
