/**
 * What one observation costs on real Kafka, and what the same look costs with Kafka's own tool, in one run. An observation
 * is a DescribeQuorum answer, assessed, and its delta serialised once for everybody.
 */
import { diffViews } from '../server/contract/delta.ts'
import { hostPort } from '../server/contract/hostPort.ts'
import type { QuorumView } from '../server/contract/quorumView.ts'
import type { KafkaConnection } from '../server/kafka/connection.ts'
import { describeQuorum, type LedQuorum } from '../server/kafka/describeQuorum.ts'
import { fetchMetadata } from '../server/kafka/metadataFetch.ts'
import { readFrames } from '../server/kafka/records/recordBatch.ts'
import { parseAddresses } from '../server/program/options/options.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from '../server/quorum/assessment/assess.ts'
import { NO_FACTS, type Observation } from '../server/quorum/assessment/sample.ts'
import { LogReading } from '../server/quorum/log/metadataLog.ts'
import { readClusterFacts } from '../server/quorum/reading/clusterFacts.ts'
import { type Found, findLeader } from '../server/quorum/reading/leader/leaderSearch.ts'
import { NodeConnections } from '../server/quorum/reading/nodeConnections.ts'
import { inSlices } from '../server/quorum/reading/slices.ts'
import { describeByTool } from './kafkaTool.ts'
import { figure, median, spreadText } from './percentiles.ts'
import { KAFKA_VERSION, type Surroundings } from './surroundings.ts'

const WARM_UP = 300
const POLLS = 3000
/** As the product does it, between two polls of ten a second: cold caches and a timer are part of the cost. */
const PACED_POLLS = 200
const PACE_MS = 100
const PURE_ROUNDS = 20_000
const TOOL_RUNS = 7

interface Setting {
  found: Found
  observationOf(quorum: LedQuorum): Observation
}

/** Everything of an observation but the poll: facts and log as the product would know them. */
async function settingOf(bootstrap: string[]): Promise<Setting & { close(): void }> {
  const connections = new NodeConnections({})
  const addresses = parseAddresses('bench', bootstrap)
  let found: Found | null = null
  for (let attempt = 0; found === null && attempt < 200; attempt += 1) {
    found = (await findLeader({ connections, addresses, minEpoch: 0 })).found
    if (found === null) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  if (found === null) throw new Error('nobody leads')
  const leader = found
  const facts = await readClusterFacts({
    found,
    connections,
    brokerSeeds: [],
    registered: new Map(),
    registeredBrokers: new Map(),
    before: NO_FACTS,
  })
  const fetched = await fetchMetadata(found.connection, {
    clusterId: facts.clusterId,
    currentLeaderEpoch: found.quorum.leaderEpoch,
    fetchOffset: 0,
    lastFetchedEpoch: 0,
    maxWaitMs: 500,
    maxBytes: 1024 * 1024,
  })
  const reading = new LogReading()
  reading.raise(fetched.highWatermark ?? 0)
  for (const frame of readFrames(fetched.records).frames) await inSlices(reading.read(frame), () => {})
  const log = reading.facts()
  return {
    found,
    observationOf: (quorum) => ({
      sample: {
        kind: 'led',
        observedAtMs: Date.now(),
        source: { nodeId: quorum.leaderId, via: 'controller', address: hostPort(leader.address), tailing: true },
        ...quorum,
      },
      facts: { ...NO_FACTS, ...facts },
      log,
      racks: new Map(),
      asked: [],
      incidents: [],
      incidentMemory: 'read',
    }),
    close: () => connections.close(),
  }
}

/** What the observer and the hub do with an answer. */
class Assessor {
  #remembered: Remembered = NOTHING_REMEMBERED
  #view: QuorumView | null = null
  bytes = 0

  take(observation: Observation): void {
    const { view, remembered } = assess(observation, this.#remembered)
    this.#remembered = remembered
    const before = this.#view
    this.#view = { cluster: 'bench', serverRunId: 'bench', seq: (before?.seq ?? 0) + 1, ...view }
    const delta = before === null ? null : diffViews(before, this.#view, 0)
    this.bytes += JSON.stringify(delta).length
  }
}

async function ask(connection: KafkaConnection): Promise<LedQuorum> {
  const answer = await describeQuorum(connection)
  if (!answer.ok) throw new Error(`DescribeQuorum answered ${answer.errorCode}`)
  return answer.quorum
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

export async function observe({ kafka, say }: Surroundings): Promise<void> {
  const { bootstrapControllers } = await kafka()
  const setting = await settingOf(bootstrapControllers)
  const { connection } = setting.found
  const assessor = new Assessor()
  try {
    for (let i = 0; i < WARM_UP; i += 1) assessor.take(setting.observationOf(await ask(connection)))

    const answerMs: number[] = []
    const before = process.cpuUsage()
    for (let i = 0; i < POLLS; i += 1) {
      const startedMs = performance.now()
      const answer = await ask(connection)
      answerMs.push(performance.now() - startedMs)
      assessor.take(setting.observationOf(answer))
    }
    const backToBackMs = cpuMs(before) / POLLS

    const pacedMs: number[] = []
    const beforePaced = process.cpuUsage()
    for (let i = 0; i < PACED_POLLS; i += 1) {
      const startedMs = performance.now()
      const answer = await ask(connection)
      pacedMs.push(performance.now() - startedMs)
      assessor.take(setting.observationOf(answer))
      await new Promise((resolve) => setTimeout(resolve, PACE_MS))
    }
    const pacedCpuMs = cpuMs(beforePaced) / PACED_POLLS

    // Two answers in turn, so that ages move from one to the next.
    const two = [setting.observationOf(await ask(connection)), setting.observationOf(await ask(connection))] as const
    const beforePure = process.cpuUsage()
    for (let i = 0; i < PURE_ROUNDS; i += 1) assessor.take(two[(i & 1) as 0 | 1])
    const pureMs = cpuMs(beforePure) / PURE_ROUNDS

    const runs = []
    for (let i = 0; i < TOOL_RUNS; i += 1)
      runs.push(await describeByTool(KAFKA_VERSION, bootstrapControllers.join(',')))
    const toolWallMs = runs.map((r) => r.wallMs)
    const toolCpuMs = runs.map((r) => r.cpuMs)

    say(`DescribeQuorum answer, back to back:  ${spreadText(answerMs, 'ms')}`)
    say(`DescribeQuorum answer, ten a second:  ${spreadText(pacedMs, 'ms')}`)
    say(`CPU of an observation, back to back:  ${figure(backToBackMs)} ms`)
    say(`CPU of an observation, ten a second:  ${figure(pacedCpuMs)} ms`)
    say(`CPU of assess and delta alone:        ${figure(pureMs)} ms`)
    say(`kafka-metadata-quorum, wall:          ${spreadText(toolWallMs, 'ms')}`)
    say(`kafka-metadata-quorum, CPU:           ${spreadText(toolCpuMs, 'ms')}`)
    say(`ratio of medians, wall:               ${figure(median(toolWallMs) / median(pacedMs))}`)
    say(`ratio, CPU (against ten a second):    ${figure(median(toolCpuMs) / pacedCpuMs)}`)
  } finally {
    setting.close()
  }
}
