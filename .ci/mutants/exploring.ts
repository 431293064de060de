/**
 * A thread that explores with one gate deleted, until the first violation. The gate is patched before anything is loaded, so
 * that the exploration, the engine and the rules all are the ones that ship, but for it.
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { Mutant } from './trial.ts'

export interface Exploring {
  /** `file` absolute. */
  mutant: Mutant
  states: number
  maxDepth: number
  seconds: number
}

export interface Missed {
  /** The first violation; `null`: the exploration does not need the gate. */
  violation: string | null
  states: number
  /** Steps of the start states and of their ordinary runs at which the gate was judged. */
  judged: number
}

const { mutant, states, maxDepth, seconds } = workerData as Exploring
const url = pathToFileURL(mutant.file).href
// Of stripTypeScriptTypes.
process.removeAllListeners('warning')

registerHooks({
  load: (at, context, next) =>
    at === url
      ? { format: 'module', source: stripTypeScriptTypes(mutant.text), shortCircuit: true }
      : next(at, context),
})

const { explore, violationText } = await import('../../server/modelCheck/exploration/explore.ts')
const { START_STATES } = await import('../../server/modelCheck/exploration/startStates.ts')

function tried(): Missed {
  const endMs = Date.now() + seconds * 1000
  let met = 0
  // Shallow everywhere before deep anywhere: most are missed after one action or two.
  for (let depth = 1; depth <= maxDepth; depth += 1) {
    for (const start of START_STATES) {
      const found = explore(start, {
        isOver: (count) => count >= states || Date.now() > endMs,
        maxDepth: depth,
        wayOutEvery: 100,
      })
      met += found.states
      const [violation] = found.violations
      if (violation !== undefined) return { violation: violationText(violation), states: met, judged: 0 }
      if (Date.now() > endMs) return { violation: null, states: met, judged: 0 }
    }
  }
  return { violation: null, states: met, judged: 0 }
}

parentPort?.postMessage(tried())
