/**
 * A thread that explores with gates deleted. `gate.ts` is patched before anything is loaded, so that exploration, engine and
 * rules all are the ones that ship, but for the gates that are named.
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Action } from '../../server/modelCheck/exploration/actions.ts'
import type { World } from '../../server/modelCheck/world/world.ts'
import { ROOT } from '../suites.ts'
import { GATE_FILE, patchedGate } from './patchedGate.ts'

export type Order =
  /** Without this gate, from every start: the first violation. */
  | { kind: 'alone'; code: string }
  /** Without any gate, from this start: for each of these gates a violation that it alone prevents. */
  | { kind: 'kept'; start: number; codes: readonly string[] }

export interface Found {
  code: string
  /** The invariant that is broken, where from, and what happened. */
  violation: string
}

export interface Answer {
  found: Found[]
  /** Whether an ordinary run comes to the gate at all. */
  isModelled: boolean
  /** Gates that did not hold in some state that this thread has met. */
  failed: string[]
}

const STATES = 1200
const DEPTH = 2
/** Violations from one state that are tried with each gate kept. */
const TRIED = 200

/** No invariant: nothing was sent. */
const STOPS = 'the engine stops'

const deleted = {
  gates: (_code: string): boolean => false,
  /** Gates that did not hold in some state. */
  failed: new Set<string>(),
}
Object.assign(globalThis, { deleted })

// Of stripTypeScriptTypes.
process.removeAllListeners('warning')
const patched = stripTypeScriptTypes(
  patchedGate('if (!ok) globalThis.deleted.failed.add(rule.code)\n  ok ||= globalThis.deleted.gates(rule.code)'),
)
const url = pathToFileURL(join(ROOT, GATE_FILE)).href
registerHooks({
  load: (at, context, next) =>
    at === url ? { format: 'module', source: patched, shortCircuit: true } : next(at, context),
})

const { answerOrders } = await import('../../server/modelCheck/workers.ts')
const { actionsOf, actionText, perform } = await import('../../server/modelCheck/exploration/actions.ts')
const { explore } = await import('../../server/modelCheck/exploration/explore.ts')
const { START_STATES, waypoints } = await import('../../server/modelCheck/exploration/startStates.ts')
const { factsOf } = await import('../../server/modelCheck/world/observation.ts')
const { copyWorld } = await import('../../server/modelCheck/world/world.ts')
const { standingOf } = await import('../../server/workflows/engine/decisions/progress.ts')
const { hostGatesOf } = await import('../../server/workflows/run/step.ts')

function without<T>(gates: (code: string) => boolean, work: () => T): T {
  deleted.gates = gates
  try {
    return work()
  } finally {
    deleted.gates = () => false
  }
}

/** Gates that the current steps of an ordinary run have, by start. */
const judged = START_STATES.map(
  (start) =>
    new Set(
      waypoints(start).flatMap((world) => {
        const { run } = world.dashboard
        const current = run === null ? null : standingOf(run, factsOf(world)).current
        return current === null ? [] : [...current.gates, ...hostGatesOf(current)].map((g) => g.code)
      }),
    ),
)

function alone(code: string): Omit<Answer, 'failed'> {
  const starts = START_STATES.filter((_, index) => judged[index]?.has(code))
  // Shallow everywhere before deep anywhere: most are missed after one action or two.
  for (let depth = 1; depth <= DEPTH; depth += 1) {
    for (const start of starts) {
      const { violations } = without(
        (one) => one === code,
        () => explore(start, { isOver: (met) => met >= STATES, maxDepth: depth, wayOutEvery: 100 }),
      )
      const [violation] = violations
      if (violation === undefined) continue
      const { what, actions } = violation
      return { found: [{ code, violation: said(what, start.name, actions) }], isModelled: true }
    }
  }
  return { found: [], isModelled: starts.length > 0 }
}

function said(what: string, start: string, actions: readonly Action[]): string {
  return `${what} (${start}; ${actions.map(actionText).join(', then ') || 'its ordinary run'})`
}

/** What is broken once all of this has happened; what is not offered is not said. */
function played(root: World, actions: readonly Action[]): readonly string[] {
  const world = copyWorld(root)
  try {
    for (const action of actions) perform(world, action)
  } catch (error) {
    // It was let go on where there is nothing to send.
    return [`${STOPS}: ${error instanceof Error ? error.message : String(error)}`]
  }
  return world.broken
}

const LONG: Action = { kind: 'pass', ms: 2500 }
const SHORT: Action = { kind: 'pass', ms: 300 }

/** What can happen after all of this, where no gate holds. */
function nextOf(root: World, before: readonly Action[]): Action[] {
  const world = copyWorld(root)
  return without(everyGate, () => {
    for (const action of before) perform(world, action)
    return actionsOf(world)
  })
}

const everyGate = () => true

/**
 * One action; two; and what takes four: something happens, it shows, something is said on it, and is sent.
 * @param isOver whether what this schedule leads to is broken already
 */
function* schedulesFrom(root: World, isOver: (schedule: readonly Action[]) => boolean): Generator<Action[]> {
  const first = nextOf(root, [])
  for (const action of first) yield [action]
  for (const action of first) {
    if (isOver([action])) continue
    for (const then of nextOf(root, [action])) yield [action, then]
  }
  for (const action of first) {
    if (action.kind === 'say' || action.kind === 'pass') continue
    const shown = [action, LONG]
    if (isOver(shown)) continue
    for (const said of nextOf(root, shown)) if (said.kind === 'say') yield [...shown, said, SHORT]
  }
}

function kept(start: number, codes: readonly string[]): Omit<Answer, 'failed'> {
  const state = START_STATES[start]
  if (state === undefined) throw new Error(`there is no start state ${start}`)
  const rest = new Set(codes.filter((code) => judged[start]?.has(code)))
  const found: Found[] = []
  const brokenWithout = (root: World, schedule: readonly Action[]) => without(everyGate, () => played(root, schedule))
  for (const root of waypoints(state)) {
    let tried = 0
    for (const schedule of schedulesFrom(root, (before) => brokenWithout(root, before).length > 0)) {
      if (rest.size === 0 || tried >= TRIED) break
      const [what] = brokenWithout(root, schedule)
      if (what === undefined || what.startsWith(STOPS)) continue
      tried += 1
      for (const code of rest) {
        const broken = without(
          (one) => one !== code,
          () => played(root, schedule),
        )
        if (broken.length > 0) continue
        rest.delete(code)
        found.push({ code, violation: said(what, state.name, schedule) })
      }
    }
  }
  return { found, isModelled: true }
}

answerOrders((order: Order): Answer => {
  const answer = order.kind === 'alone' ? alone(order.code) : kept(order.start, order.codes)
  return { ...answer, failed: [...deleted.failed] }
})
