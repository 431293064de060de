/**
 * Kills the process that carries out a run at one boundary after the other, starts it again, and looks whether the run goes
 * on and what landed in the metadata log. For tests, on a simulated quorum or on real Kafka.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReplicaView } from '../../contract/quorumView.ts'
import type { SandboxAction } from '../../contract/sandbox.ts'
import { isObserver, votersOf } from '../../contract/voters.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { KafkaRelease } from '../../sandbox/simulatedQuorum/core/profiles.ts'
import { type LoggedVoters, type QuorumUnderTest, simulatedUnderTest } from '../quorumUnderTest.ts'
import { rowOf, Watching } from '../watching.ts'
import { SENDS } from './mortal.ts'
import { doubles, runMortal } from './mortalProcess.ts'

export interface Scenario {
  name: string
  wizard: 'add-controller' | 'remove-controller' | 'replace-disk' | 'scale' | 'replace-controller' | 'unregister-broker'
  target: 'follower' | 'leader' | 'new'
  release: KafkaRelease
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'replace the disk of a follower', wizard: 'replace-disk', target: 'follower', release: '4.3.1' },
  { name: 'replace the disk of the dead leader', wizard: 'replace-disk', target: 'leader', release: '4.3.1' },
  { name: 'add a controller', wizard: 'add-controller', target: 'new', release: '4.3.1' },
  { name: 'remove a follower', wizard: 'remove-controller', target: 'follower', release: '4.3.1' },
  { name: 'remove the leader', wizard: 'remove-controller', target: 'leader', release: '4.3.1' },
  { name: 'remove a follower of Kafka 3.9', wizard: 'remove-controller', target: 'follower', release: '3.9.2' },
  { name: 'scale from three to five', wizard: 'scale', target: 'new', release: '4.3.1' },
  { name: 'replace a follower by a new node', wizard: 'replace-controller', target: 'follower', release: '4.3.1' },
  { name: 'unregister a broker', wizard: 'unregister-broker', target: 'new', release: '4.3.1' },
]

/** The broker that a scenario takes away. */
const BROKER = 7

interface PointResult {
  /** Names, in the order in which they were passed. */
  boundaries: string[]
  /** What is wrong; empty where nothing is. */
  problems: string[]
}

export interface Prepared {
  request: StartWorkflow
  /** Node whose process is to be stopped as soon as the run asks for it; `null` where nothing is. */
  stops: number | null
  expectedSets: number
  voters: number
}

/** The spare controller: one that an earlier run removed, or a new one. */
async function startSpare(
  { port }: QuorumUnderTest,
  voters: readonly ReplicaView[],
  taken: readonly number[] = [],
): Promise<number> {
  const find = async () =>
    (await port.describe()).nodes.find(
      (node) =>
        node.roles.includes('controller') &&
        !voters.some((v) => v.nodeId === node.nodeId) &&
        !taken.includes(node.nodeId),
    )
  if ((await find()) === undefined) await port.act({ action: 'add-node', roles: ['controller'] })
  const spare = await find()
  if (spare === undefined) throw new Error('no spare controller was made')
  if (spare.state === 'stopped') await port.act({ action: 'start', nodeId: spare.nodeId })
  return spare.nodeId
}

/** Does on the hosts what an operator does, so that only the run itself is left. */
export async function prepare(scenario: Scenario, quorum: QuorumUnderTest, watching: Watching): Promise<Prepared> {
  const whole = await watching.view('a whole quorum', (v) => {
    const voters = votersOf(v)
    return (
      voters.length > 0 && v.quorum.margin === Math.ceil(voters.length / 2) - 1 && voters.every((r) => r.registered)
    )
  })
  const { wizard, target } = scenario
  const voters = votersOf(whole)
  const row = voters.find((r) => r.status === target)
  const nodeId = row?.nodeId ?? -1
  const act = (action: SandboxAction) => quorum.port.act(action)
  switch (wizard) {
    case 'replace-disk':
      await act({ action: 'wipe', nodeId })
      await watching.view('the failure', (v) => rowOf(v, nodeId, 'follower')?.health === 'silent')
      await act({ action: 'format', nodeId })
      await act({ action: 'start', nodeId })
      await watching.view('the successor', (v) =>
        v.replicas.some((r) => r.nodeId === nodeId && isObserver(r) && r.health === 'ok'),
      )
      return { request: { kind: wizard, params: { nodeId } }, stops: null, expectedSets: 2, voters: voters.length }
    case 'add-controller': {
      const spare = await startSpare(quorum, voters)
      await watching.view('the candidate', (v) => rowOf(v, spare, 'observer')?.health === 'ok')
      const request: StartWorkflow = { kind: wizard, params: { nodeId: spare } }
      return { request, stops: null, expectedSets: 1, voters: voters.length + 1 }
    }
    case 'remove-controller': {
      const directoryId = row?.directoryId ?? ''
      const request: StartWorkflow = { kind: wizard, params: { nodeId, directoryId } }
      return { request, stops: nodeId, expectedSets: 1, voters: voters.length - 1 }
    }
    case 'scale': {
      const one = await startSpare(quorum, voters)
      const other = await startSpare(quorum, voters, [one])
      await watching.view('the candidates', (v) =>
        [one, other].every((spare) => rowOf(v, spare, 'observer')?.health === 'ok'),
      )
      const request: StartWorkflow = { kind: wizard, params: { controllers: voters.length + 2 } }
      return { request, stops: null, expectedSets: 2, voters: voters.length + 2 }
    }
    case 'replace-controller': {
      const spare = await startSpare(quorum, voters)
      await watching.view('the candidate', (v) => rowOf(v, spare, 'observer')?.health === 'ok')
      const request: StartWorkflow = { kind: wizard, params: { oldNodeId: nodeId, newNodeId: spare } }
      return { request, stops: nodeId, expectedSets: 2, voters: voters.length }
    }
    case 'unregister-broker': {
      await watching.view('the broker', () => watching.observer.log?.brokers.get(BROKER)?.fenced === false)
      await act({ action: 'stop', nodeId: BROKER })
      await watching.view('the broker fenced', () => watching.observer.log?.brokers.get(BROKER)?.fenced === true)
      const request: StartWorkflow = { kind: wizard, params: { nodeId: BROKER } }
      return { request, stops: null, expectedSets: 0, voters: voters.length }
    }
    default:
      return wizard satisfies never
  }
}

/** The voter sets that were appended behind this offset, by the log of whoever leads now. */
export async function setsBehind(quorum: QuorumUnderTest, watching: Watching, offset: number): Promise<LoggedVoters[]> {
  const { leaderId } = (await watching.view('a leader', (v) => v.quorum.leaderId !== null)).quorum
  const logged = await quorum.loggedVoters(leaderId ?? -1)
  return logged.filter((set) => set.offset > offset)
}

/** One boundary: crash there, start again, look. `null`: no crash. */
export async function crashAt(
  scenario: Scenario,
  boundary: string | null,
  quorum: QuorumUnderTest,
): Promise<PointResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-crash-'))
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const problems: string[] = []
  try {
    const { request, stops, expectedSets, voters } = await prepare(scenario, quorum, watching)
    const newest = (await setsBehind(quorum, watching, -1)).at(-1)?.offset ?? -1
    const stopFirst = quorum.release.startsWith('3.')
    let begun = false
    let stopping: Promise<unknown> | null = null
    let lowest: number | null = null
    const unsubscribe = watching.observer.subscribe({
      onView: (view) => {
        const { margin, leaderId } = view.quorum
        if (margin !== null) lowest = lowest === null ? margin : Math.min(lowest, margin)
        const gone = stops !== null && !votersOf(view).some((r) => r.nodeId === stops)
        if (stops === null || stopping !== null || leaderId === null || !(gone || (stopFirst && begun))) return
        stopping = quorum.port.act({ action: 'stop', nodeId: stops }).catch(() => {})
      },
    })
    // The operator of this test stops the process once a run is there that asks for it.
    const onBoundary = (passed: string) => {
      begun ||= passed === 'started: kept'
    }
    const { bootstrapControllers } = quorum
    const dashboard = (at: string | null) =>
      runMortal({ bootstrapControllers, dataDir, request, dies: { boundary: at } }, { onBoundary })
    const first = await dashboard(boundary)
    const last = 'died' in first ? await dashboard(null) : first
    unsubscribe()
    // A process that is silent may take seconds to end; the next one to use this quorum must not meet it.
    await stopping
    if ('died' in last) throw new Error('the second process was killed too')
    if (boundary !== null && !('died' in first)) problems.push('this boundary was never reached')
    if (last.run.state !== 'done') problems.push(`the run ended ${last.run.state}`)
    const sets = (await setsBehind(quorum, watching, newest)).map((set) => set.voters)
    if (sets.length !== expectedSets) problems.push(`${sets.length} voter sets were appended, not ${expectedSets}`)
    if (new Set(sets).size !== sets.length) problems.push('a voter set was appended twice')
    const [lastSet = ''] = sets.slice(-1)
    if (expectedSets > 0 && lastSet !== last.voters.toSorted().join(' '))
      problems.push(`the log ends with the voters ${lastSet}`)
    if (last.voters.length !== voters) problems.push(`${last.voters.length} voters at the end, not ${voters}`)
    if (lowest !== null && lowest < 0) problems.push(`the margin fell to ${lowest}`)
    problems.push(...doubles(last.entries))
    const sends = await readFile(join(dataDir, SENDS), 'utf8').catch(() => '')
    const intents = last.entries.filter((e) => e.type === 'intended').length
    if (sends.length > intents) problems.push(`${sends.length} requests for ${intents} intents`)
    return { boundaries: last.boundaries, problems }
  } finally {
    watching.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

export interface MatrixResult {
  scenario: string
  points: number
  passed: number
  failures: string[]
}

/** Every boundary of a scenario, several at a time, each on a simulated quorum of its own. */
export async function crashEverywhere(scenario: Scenario, width = 4): Promise<MatrixResult> {
  const failures: string[] = []
  let seed = 853
  const alone = async (boundary: string | null): Promise<PointResult> => {
    seed += 1
    const quorum = await simulatedUnderTest({ brokers: 1, profile: scenario.release, seed })
    try {
      return await crashAt(scenario, boundary, quorum)
    } catch (error) {
      return { boundaries: [], problems: [error instanceof Error ? error.message : String(error)] }
    } finally {
      await quorum.close()
    }
  }
  const whole = await alone(null)
  failures.push(...whole.problems.map((problem) => `without a crash: ${problem}`))
  let passed = 0
  const rest = [...whole.boundaries]
  const worker = async () => {
    for (let boundary = rest.shift(); boundary !== undefined; boundary = rest.shift()) {
      const { problems } = await alone(boundary)
      if (problems.length === 0) passed += 1
      else failures.push(`${boundary}: ${problems.join('; ')}`)
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return { scenario: scenario.name, points: whole.boundaries.length, passed, failures }
}
