/**
 * All interleavings from a start state and from every state of its ordinary run, breadth first: the first violation that is
 * found has the shortest schedule.
 */

import { stateHash } from '../world/stateText.ts'
import { possibleCommands } from '../world/virtualRuns.ts'
import { copyWorld, type World, type WorldPlan } from '../world/world.ts'
import { type Action, actionsOf, actionText, perform } from './actions.ts'
import { begun, START_STATES, type StartState, waypoints } from './startStates.ts'
import { type WayOut, wayOut } from './wayOut.ts'

export interface Violation {
  what: string
  start: string
  waypoint: number
  actions: Action[]
}

export interface Explored {
  start: string
  voters: number
  wizard: StartState['wizard']
  waypoints: number
  states: number
  transitions: number
  /** Every schedule of this many actions from every waypoint was played. */
  depth: number
  wayOuts: Record<WayOut, number>
  violations: Violation[]
}

interface Met {
  world: World
  waypoint: number
  before: Met | null
  action: Action | null
}

export interface Bounds {
  /** Asked again and again, with the states met so far: whether that is enough. */
  isOver(states: number): boolean
  maxDepth: number
  /** One state of so many is followed to its end. */
  wayOutEvery: number
}

/** More than this many states are never kept for the next level. */
const MAX_FRONTIER = 60_000

function scheduleOf(met: Met): Action[] {
  const actions: Action[] = []
  for (let at: Met | null = met; at !== null; at = at.before) if (at.action !== null) actions.unshift(at.action)
  return actions
}

export function explore(start: StartState, bounds: Bounds, more: Partial<WorldPlan> = {}): Explored {
  const roots = waypoints(start, more)
  const met = new Set<number>()
  const wayOuts: Explored['wayOuts'] = { done: 0, left: 0, lost: 0, none: 0 }
  const found = new Map<string, Violation>()
  const report: Explored = {
    start: start.name,
    voters: start.voters,
    wizard: start.wizard,
    waypoints: roots.length,
    states: 0,
    transitions: 0,
    depth: 0,
    wayOuts,
    violations: [],
  }
  const violated = (at: Met, what: string) => {
    const [kind = what] = what.split(':')
    if (found.has(kind)) return
    found.set(kind, { what, start: start.name, waypoint: at.waypoint, actions: scheduleOf(at) })
  }
  /** True where the state is new and is to be followed. */
  const meet = (at: Met): boolean => {
    const { world } = at
    for (const what of world.broken) violated(at, what)
    if (world.broken.length > 0) return false
    const hash = stateHash(world)
    if (met.has(hash)) return false
    met.add(hash)
    report.states += 1
    const isEnded = world.dashboard.run?.outcome !== null
    const commands = isEnded ? [] : possibleCommands(world)
    if (!isEnded && commands.length === 0) violated(at, 'P8: nothing may be said, and the run goes on')
    if (commands.some((c, i) => c.recommended && i > 0)) violated(at, 'P8: more than the first command is recommended')
    if (!isEnded && report.states % bounds.wayOutEvery === 0) {
      const way = wayOut(world)
      wayOuts[way] += 1
      if (way === 'none') violated(at, 'P8: there is no way out')
    }
    return !isEnded
  }
  let frontier: Met[] = roots
    .map((world, waypoint): Met => ({ world, waypoint, before: null, action: null }))
    .filter(meet)
  let isWhole = true
  for (let depth = 1; depth <= bounds.maxDepth && frontier.length > 0; depth += 1) {
    const next: Met[] = []
    for (const at of frontier) {
      for (const action of actionsOf(at.world)) {
        const world = copyWorld(at.world)
        perform(world, action)
        report.transitions += 1
        const reached: Met = { world, waypoint: at.waypoint, before: at, action }
        if (!meet(reached)) continue
        if (next.length < MAX_FRONTIER) next.push(reached)
        else isWhole = false
      }
      if (bounds.isOver(report.states)) {
        isWhole = false
        break
      }
    }
    if (bounds.isOver(report.states)) break
    report.depth = depth
    if (!isWhole || found.size > 0) break
    frontier = next
  }
  report.violations = [...found.values()]
  return report
}

/** Plays a schedule anew, step by step. */
export function replay({ start, waypoint, actions }: Omit<Violation, 'what'>, more: Partial<WorldPlan> = {}): World {
  const state = START_STATES.find((one) => one.name === start)
  if (state === undefined) throw new Error(`there is no start state “${start}”`)
  const world = waypoint === 0 ? begun(state, more) : waypoints(state, more)[waypoint]
  if (world === undefined) throw new Error(`“${start}” has no waypoint ${waypoint}`)
  for (const action of actions) perform(world, action)
  return world
}

export function violationText({ what, start, waypoint, actions }: Violation): string {
  const steps = actions.map((action, index) => `  ${index + 1}. ${actionText(action)}`)
  return [what, `from ${start}, waypoint ${waypoint}:`, ...steps, JSON.stringify({ start, waypoint, actions })].join(
    '\n',
  )
}
