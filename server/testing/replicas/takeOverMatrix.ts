/**
 * Kills the server that carries out a disk replacement at one boundary after the other, by kill -9, while another stands by on the
 * same PostgreSQL, and looks whether that one takes over in time, the run goes on, and nothing is sent twice. For tests.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Evidence } from '../../contract/workflows.ts'
import { prepare, SCENARIOS, setsBehind } from '../faults/crashMatrix.ts'
import { SENDS } from '../faults/mortal.ts'
import { doubles } from '../faults/mortalProcess.ts'
import type { QuorumUnderTest } from '../quorumUnderTest.ts'
import { until } from '../until.ts'
import { Watching } from '../watching.ts'
import { ask, driveToEnd, observedBy, startRun } from './asking.ts'
import { MortalReplica } from './mortalReplica.ts'

const CLUSTER = 'one'
/** What the issue promises from the kill to another holder, in ms. */
export const TAKE_OVER_LIMIT_MS = 5000

/** Of one boundary, where the holder lost its lease first. */
const MOST_TRIES = 3

export interface TakeOver {
  boundaries: string[]
  /** From the kill until another server observes the cluster, live, in ms; `null`: nobody was killed. */
  tookMs: number | null
  problems: string[]
  /** The holder did not renew its lease in time and was fenced before it came to the boundary: a busy machine, and no take-over. */
  outran: boolean
}

export interface Place {
  quorum: QuorumUnderTest
  /** An empty database. */
  url: string
}

/** @param boundary where the holder dies; `null`: it does not */
export async function takeOverAt(boundary: string | null, { quorum, url }: Place): Promise<TakeOver> {
  const sendsIn = await mkdtemp(join(tmpdir(), 'quorumdeck-sends-'))
  const clusters = { [CLUSTER]: quorum.bootstrapControllers }
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const replicas: MortalReplica[] = []
  const problems: string[] = []
  try {
    const [scenario] = SCENARIOS
    if (scenario === undefined) throw new Error('no scenario')
    const { request, expectedSets, voters } = await prepare(scenario, quorum, watching)
    const newest = (await setsBehind(quorum, watching, -1)).at(-1)?.offset ?? -1
    const thresholds = { windowMs: 600, soakMs: 600 }
    const start = async (name: string, dies: string | null) => {
      const replica = await MortalReplica.start({ url, name, clusters, thresholds, boundary: dies, sendsIn })
      replicas.push(replica)
      return replica
    }
    // Alone first, so that it gets the cluster.
    const holder = await start('holder', boundary)
    await observedBy(holder.url, CLUSTER, (name) => name === 'holder')
    const heir = await start('heir', null)
    await observedBy(heir.url, CLUSTER, (name) => name === 'holder')
    const tookOver =
      boundary === null
        ? Promise.resolve(null)
        : until('the kill', () => holder.diedAtMs).then(async (diedAtMs) => {
            await observedBy(heir.url, CLUSTER, (name) => name === 'heir')
            return performance.now() - diedAtMs
          })
    // Should the run not come to its end, that is what is told.
    tookOver.catch(() => {})
    const living = () => replicas.filter(({ isGone }) => !isGone).map((replica) => replica.url)
    // A start whose answer is lost with its server is in the journal, or is not.
    const begun = await begunRun(living, () => startRun(heir.url, CLUSTER, request))
    const [run, tookMs] = await Promise.all([driveToEnd(living, begun), tookOver])
    const [asked = ''] = living()
    const evidence = (await ask<Evidence>(asked, `/api/workflows/${begun}/evidence`)).body
    if (boundary !== null && holder.died !== boundary) problems.push('this boundary was never reached')
    if (run.state !== 'done') problems.push(`the run ended ${run.state}: ${run.now}`)
    const sets = (await setsBehind(quorum, watching, newest)).map((set) => set.voters)
    if (sets.length !== expectedSets) problems.push(`${sets.length} voter sets were appended, not ${expectedSets}`)
    if (new Set(sets).size !== sets.length) problems.push('a voter set was appended twice')
    const last = sets.at(-1)?.split(' ').length
    if (last !== voters) problems.push(`${last} voters at the end, not ${voters}`)
    problems.push(...doubles(evidence.entries))
    const sends = await readFile(join(sendsIn, SENDS), 'utf8').catch(() => '')
    const intents = evidence.entries.filter((entry) => entry.type === 'intended').length
    if (sends.length > intents) problems.push(`${sends.length} requests for ${intents} intents`)
    if (tookMs !== null && tookMs > TAKE_OVER_LIMIT_MS) problems.push(`taken over after ${Math.round(tookMs)} ms`)
    return { boundaries: [...holder.boundaries], tookMs, problems, outran: false }
  } catch (error) {
    const said = replicas.map(({ name, errors }) => `${name} said: ${errors}`).join('\n')
    problems.push(`${error instanceof Error ? error.message : String(error)}\n${said}`)
    const outran = replicas.some(({ died, errors }) => died === null && errors.includes('LeaseLost'))
    return { boundaries: [], tookMs: null, problems, outran }
  } finally {
    for (const replica of replicas) await replica.end()
    watching.stop()
    await rm(sendsIn, { recursive: true, force: true })
  }
}

/** @returns the id of the run, whichever server answered, or none did */
async function begunRun(living: () => readonly string[], start: () => Promise<{ id: string }>): Promise<string> {
  const started = start().then(({ id }) => id)
  const found = until('the run in the journal', async () => {
    const [url = ''] = living()
    const { body } = await ask<{ workflows: { id: string }[] }>(url, `/api/clusters/${CLUSTER}/workflows`).catch(
      () => ({
        body: { workflows: [] },
      }),
    )
    return body.workflows?.[0]?.id ?? null
  })
  return await Promise.any([started, found])
}

export interface MatrixFigures {
  points: number
  passed: number
  tookMs: number[]
  failures: string[]
}

/** Every boundary, some at a time, each on a quorum and a database of its own. */
export async function takeOverEverywhere(
  place: () => Promise<Place & { close: () => Promise<void> }>,
  width: number,
  say: (line: string) => void = () => {},
): Promise<MatrixFigures> {
  const once = async (boundary: string | null): Promise<TakeOver> => {
    const { close, ...rest } = await place()
    try {
      return await takeOverAt(boundary, rest)
    } finally {
      await close()
    }
  }
  const alone = async (boundary: string | null): Promise<TakeOver> => {
    for (let tries = 1; ; tries += 1) {
      const result = await once(boundary)
      if (!result.outran || tries === MOST_TRIES) return result
      say(`    once more, as the holder lost its lease before it was killed: ${boundary}`)
    }
  }
  const whole = await alone(null)
  const failures = whole.problems.map((problem) => `without a kill: ${problem}`)
  const tookMs: number[] = []
  let passed = 0
  const rest = [...whole.boundaries]
  const worker = async () => {
    for (let boundary = rest.shift(); boundary !== undefined; boundary = rest.shift()) {
      const result = await alone(boundary)
      if (result.tookMs !== null) tookMs.push(result.tookMs)
      if (result.problems.length === 0) passed += 1
      else failures.push(`${boundary}: ${result.problems.join('; ')}`)
      say(`    ${result.problems.length === 0 ? 'ok  ' : 'FAIL'} ${Math.round(result.tookMs ?? 0)} ms, ${boundary}`)
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return { points: whole.boundaries.length, passed, tookMs: tookMs.toSorted((a, b) => a - b), failures }
}
