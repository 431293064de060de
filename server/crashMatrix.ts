/**
 * Kills the process that carries out a run at one boundary after the other, starts it again, and looks whether the run goes
 * on and what landed in the metadata log. For tests; every point has a simulated quorum of its own.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxAction } from './contract/sandbox.ts'
import type { StartWorkflow } from './contract/workflows.ts'
import { type CrashOrder, SENDS } from './crashing.ts'
import type { KafkaRelease } from './sandbox/simulatedQuorum/core/profiles.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from './sandbox/simulatedQuorum/start.ts'
import { rowOf, Watching } from './watching.ts'

export interface Scenario {
  name: string
  wizard: StartWorkflow['kind']
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
]

interface ChildReport {
  boundaries: number
  state: string
  events: { type: string; applied: boolean | null; step: string | null }[]
  /** The voters that the run counted on at its end, as `id/directory`. */
  voters: string[]
}

export interface PointResult {
  boundaries: number
  /** What is wrong; empty where nothing is. */
  problems: string[]
}

/** Resolves with what it printed at its end; `null` where it was killed. */
async function child(order: CrashOrder): Promise<ChildReport | null> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'crashing.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  process_.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  process_.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-3000)
  })
  let late = false
  const patience = setTimeout(() => {
    late = true
    process_.kill('SIGKILL')
  }, 110_000)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    process_.once('exit', (c, s) => resolve([c, s]))
  })
  clearTimeout(patience)
  if (late) throw new Error(`the process did not come to its end: ${errors}`)
  if (signal === 'SIGKILL' && output === '') return null
  if (code !== 0) throw new Error(`the process ended with ${code ?? signal}: ${errors}`)
  return JSON.parse(output) as ChildReport
}

/** Node ids and directories of each VotersRecord in the longest log, oldest first. */
function voterSets(quorum: SimulatedQuorum): string[] {
  return quorum.simulation.read((state) => {
    const histories = state.nodes.flatMap((node) => (node.disk === null ? [] : [node.disk.log]))
    const longest = histories.toSorted((a, b) => b.batches.length - a.batches.length)[0]
    return (longest?.batches ?? [])
      .flatMap((batch) => batch.records)
      .flatMap((record) =>
        record.kind === 'kraftVoters'
          ? [
              record.voters
                .map((v) => `${v.key.id}/${v.key.directoryId}`)
                .sort()
                .join(' '),
            ]
          : [],
      )
  })
}

interface Prepared {
  request: StartWorkflow
  /** Node whose process is to be stopped as soon as the run asks for it; `null` where nothing is. */
  stops: number | null
  expectedSets: number
  voters: number
}

/** Does on the hosts what an operator does, so that only the run itself is left. */
async function prepare(scenario: Scenario, quorum: SimulatedQuorum, watching: Watching): Promise<Prepared> {
  const whole = await watching.view(
    'a whole quorum',
    (v) => v.quorum.margin === 1 && v.replicas.every((r) => r.health === 'ok' && r.registered),
  )
  const { wizard, target } = scenario
  const row = whole.replicas.find((r) => r.status === target)
  const nodeId = row?.nodeId ?? 3
  const act = (action: SandboxAction) => quorum.port.act(action)
  switch (wizard) {
    case 'replace-disk':
      await act({ action: 'wipe', nodeId })
      await watching.view('the failure', (v) => rowOf(v, nodeId, 'follower')?.health === 'silent')
      await act({ action: 'format', nodeId })
      await act({ action: 'start', nodeId })
      await watching.view('the successor', (v) => rowOf(v, nodeId, 'observer')?.health === 'ok')
      return { request: { kind: wizard, params: { nodeId } }, stops: null, expectedSets: 2, voters: 3 }
    case 'add-controller':
      await act({ action: 'add-node', roles: ['controller'] })
      await act({ action: 'start', nodeId })
      await watching.view('the candidate', (v) => rowOf(v, nodeId, 'observer')?.health === 'ok')
      return { request: { kind: wizard, params: { nodeId } }, stops: null, expectedSets: 1, voters: 4 }
    case 'remove-controller': {
      const directoryId = row?.directoryId ?? ''
      const request: StartWorkflow = { kind: wizard, params: { nodeId, directoryId } }
      return { request, stops: nodeId, expectedSets: 1, voters: 2 }
    }
    default:
      return wizard satisfies never
  }
}

/** One point: crash there, start again, look. */
export async function crashAt(scenario: Scenario, point: number): Promise<PointResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-crash-'))
  const quorum = await startSimulatedQuorum({ brokers: 0, profile: scenario.release, seed: 853 + point })
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const problems: string[] = []
  try {
    const { request, stops, expectedSets, voters } = await prepare(scenario, quorum, watching)
    const before = voterSets(quorum).length
    const stopFirst = scenario.release === '3.9.2'
    let stopped = false
    const unsubscribe = watching.observer.subscribe({
      onView: (view) => {
        const gone = stops !== null && !view.replicas.some((r) => r.nodeId === stops && r.status !== 'observer')
        const due = stops !== null && !stopped && view.quorum.leaderId !== null && (gone || (stopFirst && begun))
        if (!due) return
        stopped = true
        void quorum.port.act({ action: 'stop', nodeId: stops }).catch(() => {})
      },
    })
    let lowest: number | null = null
    const watchMargin = watching.observer.subscribe({
      onView: ({ quorum: { margin } }) => {
        if (margin !== null) lowest = lowest === null ? margin : Math.min(lowest, margin)
      },
    })
    let begun = false
    const order: CrashOrder = { bootstrapControllers: quorum.bootstrapControllers, dataDir, request, crashAt: point }
    // The run asks for the stop some time after its start; the operator of this test does it a moment later.
    const beginning = setTimeout(() => {
      begun = true
    }, 2500)
    const first = await child(order)
    begun = true
    const last = first ?? (await child({ ...order, crashAt: 0 }))
    clearTimeout(beginning)
    unsubscribe()
    watchMargin()
    if (last === null) throw new Error('the second process was killed too')
    if (point > 0 && first !== null) problems.push(`boundary ${point} was never reached`)
    if (last.state !== 'done') problems.push(`the run ended ${last.state}`)
    const sets = voterSets(quorum).slice(before)
    if (sets.length !== expectedSets) problems.push(`${sets.length} voter sets were appended, not ${expectedSets}`)
    if (new Set(sets).size !== sets.length) problems.push('a voter set was appended twice')
    const [lastSet = ''] = sets.slice(-1)
    if (lastSet !== last.voters.toSorted().join(' ')) problems.push(`the log ends with the voters ${lastSet}`)
    if (last.voters.length !== voters) problems.push(`${last.voters.length} voters at the end, not ${voters}`)
    if (lowest !== null && lowest < 0) problems.push(`the margin fell to ${lowest}`)
    problems.push(...doubled(last.events))
    const sends = await readFile(join(dataDir, SENDS), 'utf8').catch(() => '')
    const intents = last.events.filter((e) => e.type === 'intended').length
    if (sends.length > intents) problems.push(`${sends.length} requests for ${intents} intents`)
    return { boundaries: last.boundaries, problems }
  } finally {
    watching.stop()
    await quorum.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Another intent of a step may follow only once the one before was proven not applied. */
function doubled(events: ChildReport['events']): string[] {
  let open: string | null = null
  const applied = new Set<string | null>()
  for (const { type, applied: landed, step } of events) {
    if (type === 'intended') {
      if (open !== null) return ['a second intent before the first was proven']
      if (applied.has(step)) return [`a second intent of ${step} after it was applied`]
      open = step
    }
    if (type === 'settled' && landed) applied.add(open)
    if (type === 'settled' || type === 'adopted' || type === 'drifted') open = null
  }
  return []
}

export interface MatrixResult {
  scenario: string
  points: number
  passed: number
  failures: string[]
}

/** Every boundary of a scenario, several at a time. */
export async function crashEverywhere(scenario: Scenario, width = 4): Promise<MatrixResult> {
  const whole = await crashAt(scenario, 0)
  const failures = whole.problems.map((problem) => `without a crash: ${problem}`)
  const points = Array.from({ length: whole.boundaries }, (_, i) => i + 1)
  let passed = 0
  const rest = [...points]
  const worker = async () => {
    for (let point = rest.shift(); point !== undefined; point = rest.shift()) {
      const { problems } = await crashAt(scenario, point).catch((error: Error) => ({ problems: [error.message] }))
      if (problems.length === 0) passed += 1
      else failures.push(`boundary ${point}: ${problems.join('; ')}`)
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return { scenario: scenario.name, points: points.length, passed, failures }
}
