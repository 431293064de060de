/** Every start state, explored in worker threads; the report tells how deep, for each number of voters and each wizard. */
import { isMainThread } from 'node:worker_threads'
import { answerOrders, inWorkers } from '../workers.ts'
import { type Explored, explore } from './explore.ts'
import { START_STATES } from './startStates.ts'

interface Order {
  start: number
  maxDepth: number
  /** `null`: only the time ends it. */
  states: number | null
  /** `null`: only the states end it. */
  endMs: number | null
  /** Start states from this one on, and workers that share them: what is left of the time is for all of them. */
  left: number
  width: number
}

/** One state of so many is followed to its end. */
const WAY_OUT_EVERY = 300

function fulfil({ start, maxDepth, states, endMs, left, width }: Order): Explored {
  const state = START_STATES[start]
  if (state === undefined) throw new Error(`there is no start state ${start}`)
  const shareMs = endMs === null ? Infinity : Math.max(0, endMs - Date.now()) / Math.max(1, Math.ceil(left / width))
  const untilMs = Date.now() + shareMs
  const isOver = (met: number) => (states !== null && met >= states) || Date.now() > untilMs
  return explore(state, { isOver, maxDepth, wayOutEvery: WAY_OUT_EVERY })
}

export interface Budget {
  /** In all. A test gives none: how fast a machine is proves nothing. */
  seconds?: number
  /** From each start. */
  states?: number | null
  maxDepth: number
  workers: number
}

export async function exploreEverything(
  { seconds, states = null, maxDepth, workers }: Budget,
  onExplored: (explored: Explored) => void = () => {},
): Promise<Explored[]> {
  const endMs = seconds === undefined ? null : Date.now() + seconds * 1000
  const orders = START_STATES.map(
    (_, start): Order => ({ start, maxDepth, states, endMs, left: START_STATES.length - start, width: workers }),
  )
  return await inWorkers(import.meta.filename, orders, workers, onExplored)
}

export interface Reached {
  wizard: Explored['wizard']
  voters: number
  starts: number
  waypoints: number
  states: number
  transitions: number
  /** Reached from every one of these starts. */
  depth: number
}

/** Claims no more than the least of what was reached. */
export function reached(explored: readonly Explored[]): Reached[] {
  const rows = new Map<string, Reached>()
  for (const { wizard, voters, waypoints, states, transitions, depth } of explored) {
    const key = `${wizard} ${voters}`
    const row = rows.get(key) ?? { wizard, voters, starts: 0, waypoints: 0, states: 0, transitions: 0, depth }
    rows.set(key, {
      wizard,
      voters,
      starts: row.starts + 1,
      waypoints: row.waypoints + waypoints,
      states: row.states + states,
      transitions: row.transitions + transitions,
      depth: Math.min(row.depth, depth),
    })
  }
  return [...rows.values()].sort((a, b) => a.wizard.localeCompare(b.wizard) || a.voters - b.voters)
}

if (!isMainThread) answerOrders(fulfil)
