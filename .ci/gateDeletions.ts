/**
 * Deletes each gate in turn and explores: whether a violation is found without it. What the exploration does not need is listed
 * too, so that the proof claims no more than it shows. A stage of the safety run.
 */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Note } from './figures.ts'
import { byCode } from './mutants.ts'
import type { Exploring, Missed } from './mutants/exploring.ts'
import { ROOT } from './suites.ts'

const WIDTH = 2
const STATES = 2500
const DEPTH = 2

async function missedIn(order: Exploring): Promise<Missed> {
  const worker = new Worker(new URL('./mutants/exploring.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 2000 },
  })
  try {
    return await new Promise<Missed>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}

export async function gateDeletions(seconds: number, say: (line: string) => void, note: Note): Promise<void> {
  say(`\n— gates: each deleted, explored to ${DEPTH} actions, at most ${STATES} states from each start, ${seconds} s each`)
  const rest = await byCode()
  const all = rest.length
  let missed = 0
  const work = async () => {
    for (let mutant = rest.shift(); mutant !== undefined; mutant = rest.shift()) {
      const file = join(ROOT, mutant.file)
      const { violation, states } = await missedIn({ mutant: { ...mutant, file }, states: STATES, maxDepth: DEPTH, seconds })
      if (violation !== null) missed += 1
      say(`  ${mutant.name}: ${states} states, ${violation?.replaceAll('\n', ' | ') ?? 'no violation'}`)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, work))
  note('gates that the exploration needs', `${missed} of ${all}`)
}
