/** What a large cluster costs inside one process: the fold of its log, an event of a run, a view, the history. */

import { diffViews } from '../server/contract/delta.ts'
import type { QuorumView } from '../server/contract/quorumView.ts'
import { SHOWN_MS } from '../server/history/clusterHistory.ts'
import { DEFAULT_RETENTION } from '../server/history/samples/tiers.ts'
import { HistoryThread } from '../server/history/thread/historyThread.ts'
import { readFrames } from '../server/kafka/records/recordBatch.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from '../server/quorum/assessment/assess.ts'
import { NO_FACTS, type NodeFacts, type Observation } from '../server/quorum/assessment/sample.ts'
import { viewEvents } from '../server/quorum/assessment/viewEvents.ts'
import { LogReading } from '../server/quorum/log/metadataLog.ts'
import { inSlices } from '../server/quorum/reading/slices.ts'
import { IN_MEMORY } from '../server/storage/database.ts'
import { exampleFacts, exampleRun } from '../server/testing/examples/exampleFacts.ts'
import { advance } from '../server/workflows/engine/decisions/advance.ts'
import { describeRun, summarize } from '../server/workflows/engine/decisions/describe.ts'
import { standingOf } from '../server/workflows/engine/decisions/progress.ts'
import type { Facts } from '../server/workflows/run/facts.ts'
import type { Run } from '../server/workflows/run/run.ts'
import {
  BROKERS,
  batchOf,
  changeRecord,
  EPOCH,
  endOf,
  FIRST_BROKER,
  formation,
  METADATA_LEVEL,
  topicBatches,
  uuidOf,
  VOTERS,
} from './largeCluster.ts'
import { longestBlock } from './loopDelay.ts'

const EVENTS = 200
const CLIENTS = 10
const READS_EACH = 20

export interface Folded {
  reading: LogReading
  cpuMs: number
  blockMs: number
  residentMb: number
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** Made one after the other: all of it at once would be measured, too. */
function* wholeLog(): Generator<Buffer> {
  let end = 0
  for (const batch of formation(1, 2, (id) => `broker-${id}`)) {
    yield batch
    end = endOf(batch)
  }
  yield* topicBatches(end)
}

async function foldOnce(reading: LogReading | null): Promise<number> {
  const before = process.cpuUsage()
  for (const batch of wholeLog()) {
    if (reading !== null) {
      for (const frame of readFrames(batch).frames) await inSlices(reading.read(frame), () => {})
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return cpuMs(before)
}

/** The bytes are made meanwhile; what that costs alone is taken off. */
export async function fold(): Promise<Folded> {
  const alone = await foldOnce(null)
  const reading = new LogReading()
  reading.raise(Number.MAX_SAFE_INTEGER)
  const { blockMs, value } = await longestBlock(() => foldOnce(reading))
  return { reading, cpuMs: value - alone, blockMs, residentMb: process.memoryUsage.rss() / 1e6 }
}

/** One answer of the leader, with a thousand observers. */
function observation(reading: LogReading, step: number): Observation {
  const atMs = 1_700_000_000_000 + step * 250
  const row = (nodeId: number, directory: number, lag: number) => ({
    nodeId,
    directoryId: uuidOf(directory),
    logEndOffset: 2_000_000 + step * 1000 - lag,
    lastFetchMs: atMs - (lag % 200),
    lastCaughtUpMs: atMs - (lag % 200),
  })
  return {
    sample: {
      kind: 'led',
      observedAtMs: atMs,
      source: { nodeId: 0, via: 'controller', address: '127.0.0.1:1', tailing: true },
      leaderId: 0,
      leaderEpoch: EPOCH,
      highWatermark: 2_000_000 + step * 1000,
      voters: VOTERS.map((id) => row(id, 500_000 + id, id === 0 ? 0 : step % 3)),
      observers: Array.from({ length: BROKERS }, (_, i) => row(FIRST_BROKER + i, 800_000 + i, (step * 7 + i) % 190)),
      voterEndpoints: new Map(VOTERS.map((id) => [id, [{ listener: 'CONTROLLER', host: '127.0.0.1', port: 1 }]])),
    },
    facts: { ...NO_FACTS, clusterId: uuidOf(900_000), nodes: nodeFacts() },
    log: reading.facts(),
    racks: new Map(),
    asked: [],
    incidents: [],
    incidentMemory: 'read',
  }
}

function nodeFacts(): Map<number, NodeFacts> {
  const ids = [...VOTERS, ...Array.from({ length: BROKERS }, (_, i) => FIRST_BROKER + i)]
  const configs = new Map([
    ['process.roles', 'broker,controller'],
    ['min.insync.replicas', '2'],
    ['controller.quorum.auto.join.enable', 'false'],
  ])
  return new Map(ids.map((id) => [id, { configs, supportedMetadataVersion: METADATA_LEVEL }]))
}

function viewer(reading: LogReading) {
  let remembered: Remembered = NOTHING_REMEMBERED
  let seq = 0
  return (): QuorumView => {
    seq += 1
    const made = assess(observation(reading, seq), remembered)
    remembered = made.remembered
    return { cluster: 'large', serverRunId: 'bench', seq, ...made.view }
  }
}

export interface Times {
  /** Of each, in ms. */
  ms: number[]
}

function timeOf(work: () => void): number {
  const startedMs = performance.now()
  work()
  return performance.now() - startedMs
}

/** A view from an answer to the delta that is sent. */
export function views(reading: LogReading): Times {
  const next = viewer(reading)
  let before = next()
  const ms: number[] = []
  for (let i = 0; i < EVENTS; i += 1) {
    ms.push(
      timeOf(() => {
        const after = next()
        viewEvents({ before, after, tailing: true, presence: { seen: [], gone: [] } })
        JSON.stringify(diffViews(before, after, 0))
        before = after
      }),
    )
  }
  return { ms }
}

function tailOf(reading: LogReading, step: number, count: number): void {
  const values = Array.from({ length: count }, (_, i) => changeRecord(step * count + i))
  for (const frame of readFrames(batchOf(reading.nextOffset, values)).frames) {
    for (const _ of reading.read(frame));
  }
}

/** What one observation costs a run: what follows from it, the headline, the whole picture, its text. */
function eventsOf(run: Run, facts: Facts, reading: LogReading): Times {
  const ms: number[] = []
  for (let i = 0; i < EVENTS; i += 1) {
    // A quarter of a second of the tail between two events.
    tailOf(reading, i, 1250)
    const now: Facts = { ...facts, log: reading.facts() }
    ms.push(
      timeOf(() => {
        advance(standingOf(run, now), null)
        summarize(standingOf(run, now))
        JSON.stringify(describeRun(standingOf(run, now)))
      }),
    )
  }
  return { ms }
}

export function events(reading: LogReading): { drain: Times; restart: Times } {
  const view = viewer(reading)()
  const facts = exampleFacts(view, { log: reading.facts(), nodes: nodeFacts() })
  const drain = exampleRun(
    { kind: 'migrate-combined', params: { nodeIds: [...VOTERS], retireBrokerIds: [FIRST_BROKER + 500] } },
    facts,
  )
  const restart = exampleRun({ kind: 'rolling-restart', params: { nodeIds: [FIRST_BROKER + 501] } }, facts)
  return { drain: eventsOf(drain, facts, reading), restart: eventsOf(restart, facts, reading) }
}

/** Ten clients read the last quarter of an hour in a loop, while a view comes every quarter of a second. */
export async function history(reading: LogReading): Promise<{ blockMs: number; readMs: number[]; bytes: number }> {
  const thread = new HistoryThread({
    dataDir: IN_MEMORY,
    retention: DEFAULT_RETENTION,
    nowMs: Date.now,
    onProblem: () => {},
    onError: (error) => {
      throw error
    },
  })
  const next = viewer(reading)
  const view = next()
  const kept = thread.cluster(view.cluster)
  const fromMs = view.observedAtMs
  for (let ms = 0; ms < SHOWN_MS; ms += 1000) {
    kept.add({ ...next(), observedAtMs: fromMs + ms })
    if (ms % 30_000 === 0) await kept.state()
  }
  const readMs: number[] = []
  let bytes = 0
  const client = async () => {
    for (let i = 0; i < READS_EACH; i += 1) {
      const startedMs = performance.now()
      const json = await kept.read({ fromMs, toMs: fromMs + SHOWN_MS, stepMs: 1000, extra: [] })
      readMs.push(performance.now() - startedMs)
      bytes = json.length
    }
  }
  let ms = SHOWN_MS
  const observing = setInterval(() => {
    ms += 250
    kept.add({ ...next(), observedAtMs: fromMs + ms })
  }, 250)
  const { blockMs } = await longestBlock(async () => {
    await Promise.all(Array.from({ length: CLIENTS }, client))
  })
  clearInterval(observing)
  await thread.close()
  return { blockMs, readMs, bytes }
}
