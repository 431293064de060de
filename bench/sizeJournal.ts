/** A run of 10,000 entries on a quorum with a thousand observers: read, listed, told something; and what it takes on disk. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../server/quorum/reading/clock.ts'
import { openDatabase } from '../server/storage/database.ts'
import { exampleFacts, exampleRun, exampleView } from '../server/testing/examples/exampleFacts.ts'
import { replica } from '../server/testing/examples/exampleObservation.ts'
import { recordOf } from '../server/workflows/engine/decisions/advance.ts'
import { standingOf } from '../server/workflows/engine/decisions/progress.ts'
import { createWorkflows } from '../server/workflows/engine/engine.ts'
import { openJournal } from '../server/workflows/engine/journal/journal.ts'
import { toStored } from '../server/workflows/engine/journal/stored.ts'
import { Seats } from '../server/workflows/engine/seats/seats.ts'
import { foldEntry } from '../server/workflows/run/fold.ts'
import type { WorkflowCluster } from '../server/workflows/run/ports.ts'
import type { RunEntry } from '../server/workflows/run/run.ts'
import { DEFAULT_THRESHOLDS } from '../server/workflows/run/thresholds.ts'
import { uuidOf } from './largeCluster.ts'
import { longestBlock } from './loopDelay.ts'

const ENTRIES = 10_000
const TIMES = 40
const ACTOR = { id: 'operator', name: 'operator' }

export interface JournalFigures {
  readMs: number[]
  listMs: number[]
  commandMs: number[]
  endedReadMs: number[]
  endedListMs: number[]
  blockMs: number
  diskMb: number
}

async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const ms: number[] = []
  for (let i = 0; i < times; i += 1) {
    const startedMs = performance.now()
    await work()
    ms.push(performance.now() - startedMs)
    // As requests come: the loop has its turn between two.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return ms
}

async function bytesOf(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

export async function journalFigures(): Promise<JournalFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-journal-'))
  const database = openDatabase(folder)
  try {
    const journal = openJournal(database)
    const observers = Array.from({ length: 1000 }, (_, i) => replica(1000 + i, uuidOf(i)))
    const view = exampleView({ sample: { observers } })
    const facts = exampleFacts(view)
    let run = { ...exampleRun({ kind: 'replace-disk', params: { nodeId: 1 } }, facts), clusterId: view.clusterId ?? '' }
    const { id, kind, cluster, clusterId, startedAtMs, params, plan } = run
    const quorum = recordOf(view)
    const common = { atMs: Date.now(), actor: ACTOR, text: 'what was decided, in words for people' }
    const started: RunEntry = { ...common, type: 'started', kind, params, reason: '', plan, quorum }
    const { token } = await journal.begin({ id, kind, cluster, clusterId, startedAtMs }, [toStored(started, run)], {
      command: null,
      preempts: null,
    })
    const gates = standingOf(run, facts).steps[0]?.gates ?? []
    const act = { kind: 'configure', configs: [{ type: 'topic', resource: 'orders', name: 'x', value: '1' }] } as const
    // A request, its answer, a pause, its end: as an operator and a script would fill a run.
    const round = (n: number): RunEntry[] => [
      {
        ...common,
        type: 'acting',
        step: 'new-disk',
        act: { ...act, configs: [...act.configs] },
        confirmation: null,
        gates,
        quorum,
      },
      {
        ...common,
        type: 'acted',
        step: 'new-disk',
        actSeq: n,
        outcome: { kind: 'not-sent', problem: 'x' },
        durationMs: 3,
      },
      { ...common, type: 'parked', by: 'operator', reason: 'lunch', lockLost: false },
      { ...common, type: 'resumed' },
    ]
    for (let seq = 1; seq < ENTRIES; seq += 4) {
      const entries = round(seq + 1)
      for (const entry of entries) run = foldEntry(run, run, entry) as typeof run
      const stored = entries.map((entry) => toStored(entry, run))
      await journal.append({ id, afterSeq: seq, token, entries: stored, command: null, endedAtMs: null })
    }
    const source = {
      cluster,
      view,
      link: { state: 'live', sinceMs: 0, problem: null, attempts: [] },
      ageMs: () => 100,
      refresh: async () => view,
      controllerEndpoints: () => [],
      log: null,
      nodes: new Map(),
      setActive: () => {},
      subscribe: () => () => {},
    }
    const fake = {
      cluster,
      source,
      writes: { probe: async () => [] },
      reads: { disks: async () => new Map() },
      cruiseControl: null,
      hosts: null,
      bootstrapControllers: ['localhost:1'],
      commandConfig: null,
    } as unknown as WorkflowCluster
    const { blockMs, value } = await longestBlock(async () => {
      const workflows = await createWorkflows({
        clusters: [{ ...fake, thresholds: DEFAULT_THRESHOLDS }],
        journal,
        rehearsal: { rehearse: () => Promise.reject(new Error('not here')) },
        seats: new Seats(systemClock.monotonicMs),
        clock: systemClock,
        newId: () => 'other',
        onError: (error) => console.error(error),
      })
      const tell = async (type: 'park' | 'resume') => {
        const { revision } = await workflows.get(id)
        const startedMs = performance.now()
        await workflows.command(id, {
          commandId: `c${revision}`,
          expectedRevision: revision,
          command: type === 'park' ? { type, reason: 'lunch' } : { type },
          as: ACTOR,
        })
        const tookMs = performance.now() - startedMs
        await new Promise((resolve) => setImmediate(resolve))
        return tookMs
      }
      const readMs = await timed(TIMES, () => workflows.get(id))
      const listMs = await timed(TIMES, () => workflows.list(cluster))
      const commandMs: number[] = []
      for (let i = 0; i < TIMES; i += 1) commandMs.push(await tell(i % 2 === 0 ? 'park' : 'resume'))
      const { revision } = await workflows.get(id)
      const confirmation = 'what this run has set stays'
      const command = { type: 'leave', reason: 'over', confirmation } as const
      await workflows.command(id, { commandId: 'end', expectedRevision: revision, command, as: ACTOR })
      const endedReadMs = await timed(TIMES, () => workflows.get(id))
      const endedListMs = await timed(TIMES, () => workflows.list(cluster))
      await workflows.close()
      return { readMs, listMs, commandMs, endedReadMs, endedListMs }
    })
    return { ...value, blockMs, diskMb: (await bytesOf(folder)) / 1e6 }
  } finally {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}
