/** For tests: a run whose dashboard is killed in every state of every step, and goes on in the next one. */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SandboxPort } from '../../contract/sandbox.ts'
import type { StartWorkflow, Workflow } from '../../contract/workflows.ts'
import type { JournalEntry } from '../../workflows/engine/journal/journal.ts'
import { DIES, type DyingOrder, type HostAnswer, type HostCall } from './dying.ts'

export interface DyingRun {
  /** Where a dashboard was killed, in order: a step and its state. */
  deaths: string[]
  run: Workflow
  entries: JournalEntry[]
}

interface Place {
  bootstrapControllers: string[]
  port: SandboxPort
}

/** More places than any run has: a run that never ends fails here. */
const MAX_DEATHS = 400

type Ending = { died: string } | Omit<DyingRun, 'deaths'>

/** One dashboard: carries the run on until it dies or the run ends. */
async function dashboard(order: DyingOrder, act: (call: HostCall) => Promise<HostAnswer>): Promise<Ending> {
  const child = fork(join(import.meta.dirname, 'dying.ts'), [JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  let errors = ''
  let died: string | null = null
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith(DIES)) died = line.slice(DIES.length)
      else errors = `${errors}${line}\n`.slice(-3000)
    })
  }
  child.on('message', (call: HostCall) => {
    void act(call).then((answer) => {
      if (child.connected) child.send(answer)
    })
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', (ended: number | null) => resolve(ended))
  })
  if (died !== null) return { died }
  if (code !== 0) throw new Error(`the dashboard ended with ${code}: ${errors}`)
  return JSON.parse(output) as Omit<DyingRun, 'deaths'>
}

/** Carries a run to its end with as many dashboards as it has places to die in. */
export async function driveDying({ bootstrapControllers, port }: Place, request: StartWorkflow): Promise<DyingRun> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-dying-'))
  // One act at a time, as one pair of hands does it; what a dead dashboard had asked for is still done.
  let hands: Promise<unknown> = Promise.resolve()
  const act = async ({ id, act: action }: HostCall): Promise<HostAnswer> => {
    try {
      if (action === null) return { id, state: await port.describe() }
      const done = hands.then(() => port.act(action))
      hands = done.catch(() => undefined)
      return { id, state: await done }
    } catch (error) {
      return { id, problem: error instanceof Error ? error.message : String(error) }
    }
  }
  const deaths: string[] = []
  try {
    for (;;) {
      const ending = await dashboard({ bootstrapControllers, dataDir, request, died: deaths }, act)
      if (!('died' in ending)) return { deaths, ...ending }
      deaths.push(ending.died)
      if (deaths.length > MAX_DEATHS) throw new Error(`still not done: ${deaths.slice(-20).join(', ')}`)
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** What a journal shows that must not be; empty where all is well. */
export function doubles(entries: readonly JournalEntry[]): string[] {
  const problems: string[] = []
  let open = false
  for (const { type, text } of entries) {
    if (type === 'intended' && open) problems.push(`a second intent before the first was proven: ${text}`)
    if (type === 'intended') open = true
    if (type === 'settled' || type === 'adopted' || type === 'drifted') open = false
  }
  return problems
}

/** The steps in which a dashboard was killed, each once. */
export function stepsDiedIn(deaths: readonly string[]): string[] {
  return [...new Set(deaths.flatMap((place) => (place.startsWith('on a host') ? [] : [place.split(' ')[0] ?? ''])))]
}
