/**
 * For tests, as a process of its own: a dashboard that carries one run to its end by what it is offered, on a data directory
 * that outlives it, and dies by SIGKILL where its order says. The last one, which dies nowhere, prints what became of the run.
 *
 * It passes two sorts of places. Boundaries lie around every write of the journal and every RPC, and are named after what is
 * written or sent. States are those of each step that it meets, and the moment after each act on a host. What it does on hosts,
 * the process that started it does: hosts go on when a dashboard dies.
 */
import { appendFileSync, closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxPort, SandboxState } from '../../contract/sandbox.ts'
import { votersOf } from '../../contract/voters.ts'
import type { Evidence, StartWorkflow, Workflow } from '../../contract/workflows.ts'
import type { Journal, NewEntry } from '../../workflows/engine/journal/journal.ts'
import type { ClusterWrites } from '../../workflows/run/ports.ts'
import { Driving, QUICK } from '../driving.ts'

/** The order to a mortal process, as JSON in its first argument. */
export interface MortalOrder {
  bootstrapControllers: string[]
  dataDir: string
  request: StartWorkflow
  /**
   * `boundary`: at the one of this name, as a run that is not killed reports them; `null`: nowhere, and nothing is done on
   * hosts. `eachStateBut`: in the first state of a step that is not among these.
   */
  dies: { boundary: string | null } | { eachStateBut: readonly string[] }
}

/** What the last one prints. */
export interface MortalReport {
  /** Names of the boundaries, in the order in which they were passed. */
  boundaries: string[]
  run: Workflow
  entries: Evidence['entries']
  /** The voters that the run ends with, as `id/directory`. */
  voters: string[]
}

/** File in the data directory that counts the voter changes that were sent, one byte each, synced before each. */
export const SENDS = 'sends'
/** Begin the lines of standard error that report a boundary, and the place where it dies. */
export const PASSES = 'passes: '
export const DIES = 'dies at: '
/** Long enough for a request to be written and carried out, in ms; the answer is not read. */
const ON_THE_WAY_MS = 80

export interface HostCall {
  id: number
  /** `null`: describe. */
  act: Parameters<SandboxPort['act']>[0] | null
}

export interface HostAnswer {
  id: number
  state?: SandboxState
  problem?: string
}

/** At once, past any buffer: the process may end with the next line. */
function report(mark: string, place: string): void {
  writeSync(2, `${mark}${place}\n`)
}

function dieAt(place: string, signal: NodeJS.Signals = 'SIGKILL'): void {
  report(DIES, place)
  process.kill(process.pid, signal)
}

/** What happens again, for example a step that is tried again, has a boundary of its own. */
export class Boundaries {
  readonly passed: string[] = []
  readonly #last: string | null
  readonly #signal: NodeJS.Signals

  /** @param signal that it gives itself at the last one: SIGSTOP, where it is to wake up later */
  constructor(last: string | null, signal: NodeJS.Signals = 'SIGKILL') {
    this.#last = last
    this.#signal = signal
  }

  pass(name: string): void {
    const times = this.passed.filter((one) => one.replace(/ #\d+$/, '') === name).length
    const one = times === 0 ? name : `${name} #${times + 1}`
    this.passed.push(one)
    report(PASSES, one)
    if (one === this.#last) dieAt(one, this.#signal)
  }
}

/** `step-done new-disk`, `intended remove-old`, `settled`. */
function entryText({ type, data }: NewEntry): string {
  const { step, intent } = data as { step?: string; intent?: { step: string } }
  return [type, step ?? intent?.step ?? ''].join(' ').trim()
}

export function journalWith(boundaries: Boundaries): (real: Journal) => Journal {
  return (real) => ({
    ...real,
    begin: async (...given) => {
      boundaries.pass('started: not kept yet')
      const stored = await real.begin(...given)
      boundaries.pass('started: kept')
      return stored
    },
    append: async (change) => {
      const what = change.entries.map(entryText).join(' and ')
      boundaries.pass(`${what}: not kept yet`)
      await real.append(change)
      boundaries.pass(`${what}: kept`)
    },
  })
}

export function writesWith(boundaries: Boundaries, dataDir: string): (real: ClusterWrites) => ClusterWrites {
  const around = async <T>(kind: string, send: () => Promise<T>): Promise<T> => {
    boundaries.pass(`${kind}: not sent yet`)
    const answer = send()
    await Promise.race([answer, delay(ON_THE_WAY_MS)])
    boundaries.pass(`${kind}: on its way`)
    const outcome = await answer
    boundaries.pass(`${kind}: answered, answer not kept`)
    return outcome
  }
  return (real) => ({
    probe: (nodeId, endpoints) => real.probe(nodeId, endpoints),
    act: (act, options) => around(act.kind, () => real.act(act, options)),
    changeVoters: (clusterId, change, options) =>
      around(change.kind, () => {
        const file = openSync(join(dataDir, SENDS), 'a')
        appendFileSync(file, change.kind === 'add' ? 'A' : 'R')
        fsyncSync(file)
        closeSync(file)
        return real.changeVoters(clusterId, change, options)
      }),
  })
}

/** The hosts, as the process that started this one does it. */
function hostsOfParent(onActed: (place: string) => void): SandboxPort {
  const waiting = new Map<number, (answer: HostAnswer) => void>()
  process.on('message', (answer: HostAnswer) => waiting.get(answer.id)?.(answer))
  let calls = 0
  const call = async (act: HostCall['act']): Promise<SandboxState> => {
    calls += 1
    const id = calls
    const answered = new Promise<HostAnswer>((resolve) => waiting.set(id, resolve))
    const place = act === null ? null : Object.values(act).flat().join(' ')
    // Only once the word is out: the host does it, and nobody receives the answer.
    process.send?.({ id, act } satisfies HostCall, () => place !== null && onActed(`on a host: ${place}`))
    const { state, problem = 'no answer' } = await answered
    waiting.delete(id)
    if (state === undefined) throw new Error(problem)
    return state
  }
  return {
    describe: () => call(null),
    act: (action) => call(action),
    reports: () => Promise.reject(new Error('the disks are read where the hosts are')),
  }
}

/** Where a run is, as far as a crash there may matter. */
function stateOf({ currentStep, steps }: Workflow): string | null {
  const state = steps.find((one) => one.key === currentStep)?.state
  return state === undefined ? null : `${currentStep} ${state}`
}

async function main({ bootstrapControllers, dataDir, request, dies }: MortalOrder): Promise<void> {
  const boundaries = new Boundaries('boundary' in dies ? dies.boundary : null)
  const inState = (state: string) => {
    if ('eachStateBut' in dies && !dies.eachStateBut.includes(state)) dieAt(state)
  }
  const driving = await Driving.open({
    bootstrapControllers,
    dataDir,
    thresholds: { ...QUICK, windowMs: 600, soakMs: 600 },
    journal: journalWith(boundaries),
    writes: writesWith(boundaries, dataDir),
    hosts: 'eachStateBut' in dies ? hostsOfParent(inState) : null,
  })
  const going = driving.workflows.active('test')[0]
  if (going === undefined) {
    await driving.watching.view(
      'facts read',
      ({ source, quorum }) => source.tailing && quorum.autoJoin !== null && quorum.margin !== null,
    )
  }
  const { workflows } = await driving.workflows.list('test').catch(() => ({ workflows: [] }))
  const id = going?.id ?? workflows[0]?.id ?? (await driving.start(request)).id
  const run = await driving.driveStating(id, (seen) => {
    const state = stateOf(seen)
    if (state !== null) inState(state)
    return false
  })
  const { entries } = await driving.workflows.evidence(id)
  const { view } = driving.watching.observer
  const voters = (view === null ? [] : votersOf(view)).map((r) => `${r.nodeId}/${r.directoryId}`)
  await driving.close()
  // A pipe takes a long text in pieces: it must have taken all of it before the process ends.
  const told: MortalReport = { boundaries: boundaries.passed, run, entries, voters }
  process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0))
}

const [given] = process.argv.slice(2)
if (import.meta.main && given !== undefined) await main(JSON.parse(given) as MortalOrder)
