/**
 * For tests, as a process of its own: carries one run on by what it is offered, on a data directory that outlives it, and dies
 * by SIGKILL in each state of each step that none before it has died in. What it does on hosts, the process that started it
 * does: hosts go on when a dashboard dies. The last one, which dies nowhere, prints the run.
 */
import { writeSync } from 'node:fs'
import type { SandboxPort, SandboxState } from '../../contract/sandbox.ts'
import type { StartWorkflow, Workflow } from '../../contract/workflows.ts'
import { Driving, QUICK } from '../driving.ts'

/** The order to a dying process, as JSON in its first argument. */
export interface DyingOrder {
  bootstrapControllers: string[]
  dataDir: string
  request: StartWorkflow
  /** Where earlier processes died. */
  died: string[]
}

/** Begins the line of standard error that tells where it dies. */
export const DIES = 'dies at: '

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

/** The hosts, as the process that started this one does it. */
function hostsOfParent(dieAt: (place: string) => void): SandboxPort {
  const waiting = new Map<number, (answer: HostAnswer) => void>()
  process.on('message', (answer: HostAnswer) => waiting.get(answer.id)?.(answer))
  let calls = 0
  const call = async (act: HostCall['act']): Promise<SandboxState> => {
    calls += 1
    const id = calls
    const answered = new Promise<HostAnswer>((resolve) => waiting.set(id, resolve))
    const place = act === null ? null : Object.values(act).flat().join(' ')
    // Only once the word is out: the host does it, and nobody hears of it.
    process.send?.({ id, act } satisfies HostCall, () => place !== null && dieAt(`on a host: ${place}`))
    const { state, problem = 'no answer' } = await answered
    waiting.delete(id)
    if (state === undefined) throw new Error(problem)
    return state
  }
  return { describe: () => call(null), act: (action) => call(action) }
}

/** Where a run is, as far as a crash there may matter. */
function placeOf({ currentStep, steps }: Workflow): string | null {
  const state = steps.find((one) => one.key === currentStep)?.state
  return state === undefined ? null : `${currentStep} ${state}`
}

async function main({ bootstrapControllers, dataDir, request, died }: DyingOrder): Promise<void> {
  const dieAt = (place: string) => {
    if (died.includes(place)) return
    // At once, past any buffer: the process ends with the next line.
    writeSync(2, `${DIES}${place}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
  const driving = await Driving.open({
    bootstrapControllers,
    dataDir,
    hosts: hostsOfParent(dieAt),
    thresholds: { ...QUICK, windowMs: 600, soakMs: 600 },
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
    const place = placeOf(seen)
    if (place !== null) dieAt(place)
    return false
  })
  const { entries } = await driving.workflows.evidence(id)
  await driving.close()
  // A pipe takes a long text in pieces: it must have taken all of it before the process ends.
  process.stdout.write(`${JSON.stringify({ run, entries })}\n`, () => process.exit(0))
}

const [given] = process.argv.slice(2)
if (import.meta.main && given !== undefined) await main(JSON.parse(given) as DyingOrder)
