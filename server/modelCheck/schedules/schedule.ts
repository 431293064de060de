/** A schedule of faults and a goal, made from its seed alone. */
import { nextBelow, type RandomState } from '../../sandbox/simulatedQuorum/core/random.ts'

/** What an operator is to bring about. */
export type Goal = 'replace a failed disk' | 'add a controller' | 'remove a controller'

/** `leader` stands for whoever leads then. */
export type Fault =
  | { atMs: number; kind: 'kill' | 'freeze' | 'start' | 'resume' | 'disk lost'; node: number | 'leader' }
  | { atMs: number; kind: 'answer lost' | 'request lost' | 'dashboard crash' }

export interface Schedule {
  seed: number
  voters: number
  goal: Goal
  /** The voter whose disk fails or that is to go; of an addition: the spare. */
  about: number
  /** When the disk fails. */
  failsAtMs: number
  /** When the operator begins. */
  beginsAtMs: number
  /** How long the operator thinks between two commands, in ms. */
  thinksMs: number
  faults: readonly Fault[]
}

/** Faults come within this time, in ms. */
const FAULTS_WITHIN_MS = 40_000

function pick<T>(random: RandomState, choices: readonly (readonly [weight: number, value: T])[]): T {
  let at = nextBelow(
    random,
    choices.reduce((sum, [weight]) => sum + weight, 0),
  )
  for (const [weight, value] of choices) {
    if (at < weight) return value
    at -= weight
  }
  throw new Error('nothing to pick from')
}

function faultsFrom(random: RandomState, nodes: number): Fault[] {
  const atMs = nextBelow(random, FAULTS_WITHIN_MS)
  const node = nextBelow(random, nodes)
  const kind = pick(random, [
    [30, 'kill'],
    [15, 'freeze'],
    [15, 'kill the leader'],
    [14, 'disk lost'],
    [12, 'answer lost'],
    [5, 'request lost'],
    [9, 'dashboard crash'],
  ] as const)
  const back = (kind: 'start' | 'resume', longestMs: number, share: number): Fault[] =>
    nextBelow(random, 100) < share ? [{ atMs: atMs + 1200 + nextBelow(random, longestMs), kind, node }] : []
  switch (kind) {
    case 'kill':
      return [{ atMs, kind, node }, ...back('start', 20_000, 70)]
    case 'freeze':
      return [{ atMs, kind, node }, ...back('resume', 10_000, 80)]
    case 'kill the leader':
      // Nobody knows now who that will be; whoever is down is started at the end.
      return [{ atMs, kind: 'kill', node: 'leader' }]
    case 'disk lost':
      return [{ atMs, kind, node }]
    case 'answer lost':
    case 'request lost':
    case 'dashboard crash':
      return [{ atMs, kind }]
    default:
      return kind satisfies never
  }
}

export function scheduleOf(seed: number): Schedule {
  // Neighbouring seeds shall not make similar schedules.
  const random: RandomState = { random: Math.imul(seed, 2654435761) | 0 }
  const goal = pick<Goal>(random, [
    [60, 'replace a failed disk'],
    [20, 'add a controller'],
    [20, 'remove a controller'],
  ])
  const voters = pick(random, [
    [goal === 'add a controller' ? 15 : 0, 1],
    [goal === 'replace a failed disk' ? 0 : 10, 2],
    [50, 3],
    [10, 4],
    [25, 5],
  ])
  const about = goal === 'add a controller' ? voters : nextBelow(random, voters)
  const failsAtMs = 500 + nextBelow(random, 10_000)
  const beginsAtMs = failsAtMs + 1500 + nextBelow(random, 20_000)
  const thinksMs = 1000 + nextBelow(random, 4000)
  const count = nextBelow(random, 5)
  const faults = Array.from({ length: count }, () => faultsFrom(random, voters + 1)).flat()
  faults.sort((a, b) => a.atMs - b.atMs)
  return { seed, voters, goal, about, failsAtMs, beginsAtMs, thinksMs, faults }
}

export function scheduleText({ seed, voters, goal, about, failsAtMs, beginsAtMs, faults }: Schedule): string {
  const told = faults.map((f) => `  ${f.atMs} ms: ${f.kind}${'node' in f ? ` ${f.node}` : ''}`)
  const fails = goal === 'replace a failed disk' ? `, its disk fails at ${failsAtMs} ms` : ''
  return [
    `seed ${seed}: ${voters} voters, ${goal}: ${about}${fails}, the operator begins at ${beginsAtMs} ms`,
    ...told,
  ].join('\n')
}
