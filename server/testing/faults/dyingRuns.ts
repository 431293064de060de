/** For tests: a run whose dashboard is killed in every state of every step, and goes on in the next one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxPort } from '../../contract/sandbox.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { HostAnswer, HostCall, MortalReport } from './mortal.ts'
import { runMortal } from './mortalProcess.ts'

export interface DyingRun extends MortalReport {
  /** Where a dashboard was killed, in order: a step and its state. */
  deaths: string[]
}

interface Place {
  bootstrapControllers: string[]
  port: SandboxPort
}

/** More places than any run has: a run that never ends fails here. */
const MAX_DEATHS = 400

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
      const order = { bootstrapControllers, dataDir, request, dies: { eachStateBut: deaths } }
      const ending = await runMortal(order, { act })
      if (!('died' in ending)) return { deaths, ...ending }
      deaths.push(ending.died)
      if (deaths.length > MAX_DEATHS) throw new Error(`still not done: ${deaths.slice(-20).join(', ')}`)
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The steps in which a dashboard was killed, each once. */
export function stepsDiedIn(deaths: readonly string[]): string[] {
  return [...new Set(deaths.flatMap((place) => (place.startsWith('on a host') ? [] : [place.split(' ')[0] ?? ''])))]
}
