/** Where the exploration begins: each wizard on 1 to 5 voters, and every state that its ordinary run goes through. */
import type { StartWorkflow, WorkflowKind } from '../../contract/workflows.ts'
import { nextForward } from '../cooperativeOperator.ts'
import { carryOut } from '../world/hosts.ts'
import { poll } from '../world/observation.ts'
import { stateHash } from '../world/stateText.ts'
import { trueLeader } from '../world/truth.ts'
import { pass, possibleCommands, say, startRun } from '../world/virtualRuns.ts'
import { copyWorld, newWorld, nodeOf, runCluster, type World, type WorldPlan } from '../world/world.ts'

type Trouble = 'none' | 'silent' | 'disk lost'

export interface StartState {
  name: string
  wizard: WorkflowKind
  voters: number
  spares: number
  /** Which voter the run is about; `new`: the first spare. */
  about: 'follower' | 'leader' | 'new'
  /** What befalls it before the run begins. */
  trouble: Trouble
  variant: Pick<WorldPlan, 'autoJoin' | 'tail' | 'release'>
  /** Of a change of their number: how many voters there shall be. */
  to: number | null
}

const SEED = 3

function start(
  wizard: WorkflowKind,
  voters: number,
  about: StartState['about'],
  trouble: Trouble,
  more: { spares?: number; label?: string; variant?: StartState['variant']; to?: number } = {},
): StartState {
  const { spares = 1, variant = {}, to = null } = more
  const label = more.label ?? (to === null ? '' : `to ${to}`)
  const what = trouble === 'none' ? about : `${about}, ${trouble}`
  const name = `${wizard}, ${voters} voters, ${spares} spare${spares === 1 ? '' : 's'}, ${what}${label === '' ? '' : `, ${label}`}`
  return { name, wizard, voters, spares, about, trouble, variant, to }
}

const AUTO_JOIN = { label: 'auto-join on', variant: { autoJoin: true } }
const NO_TAIL = { label: 'log not read', variant: { tail: false } }
const OLD = { label: 'Kafka 3.9', variant: { release: '3.9.2' as const } }

export const START_STATES: readonly StartState[] = [
  start('add-controller', 3, 'new', 'none'),
  start('remove-controller', 3, 'follower', 'none'),
  start('replace-disk', 3, 'follower', 'disk lost'),
  start('add-controller', 1, 'new', 'none'),
  start('add-controller', 2, 'new', 'none'),
  start('remove-controller', 2, 'follower', 'none'),
  start('remove-controller', 3, 'leader', 'none'),
  start('remove-controller', 3, 'follower', 'silent'),
  start('replace-disk', 3, 'leader', 'disk lost'),
  start('replace-disk', 3, 'follower', 'none'),
  start('replace-disk', 3, 'leader', 'none'),
  start('add-controller', 4, 'new', 'none'),
  start('remove-controller', 4, 'follower', 'none'),
  start('remove-controller', 4, 'follower', 'silent'),
  start('replace-disk', 4, 'follower', 'disk lost'),
  start('add-controller', 5, 'new', 'none'),
  start('remove-controller', 5, 'follower', 'none'),
  start('remove-controller', 5, 'leader', 'none'),
  start('remove-controller', 5, 'follower', 'silent'),
  start('replace-disk', 5, 'follower', 'disk lost'),
  start('add-controller', 3, 'new', 'none', { spares: 2 }),
  start('add-controller', 1, 'new', 'none', { spares: 3 }),
  start('add-controller', 3, 'new', 'none', AUTO_JOIN),
  start('remove-controller', 3, 'follower', 'none', AUTO_JOIN),
  start('replace-disk', 3, 'follower', 'disk lost', AUTO_JOIN),
  start('add-controller', 3, 'new', 'none', NO_TAIL),
  start('replace-disk', 3, 'follower', 'disk lost', NO_TAIL),
  start('replace-controller', 3, 'follower', 'none', NO_TAIL),
  start('scale', 3, 'new', 'none', { spares: 2, to: 5, ...NO_TAIL }),
  start('replace-controller', 3, 'follower', 'none'),
  start('replace-controller', 3, 'leader', 'none'),
  start('replace-controller', 3, 'follower', 'silent'),
  start('replace-controller', 5, 'follower', 'disk lost'),
  start('scale', 3, 'new', 'none', { spares: 2, to: 5 }),
  start('scale', 1, 'new', 'none', { spares: 2, to: 3 }),
  start('scale', 5, 'follower', 'none', { to: 3 }),
  start('scale', 5, 'follower', 'silent', { to: 3 }),
  start('rolling-restart', 3, 'follower', 'none'),
  start('rolling-restart', 5, 'follower', 'silent'),
  start('rolling-restart', 2, 'follower', 'none'),
  start('remove-controller', 3, 'follower', 'none', OLD),
  start('replace-disk', 3, 'follower', 'disk lost', OLD),
]

function requestOf(
  { wizard, voters, to }: StartState,
  about: { nodeId: number; directoryId: string },
): Pick<StartWorkflow, 'kind' | 'params'> {
  const { nodeId } = about
  switch (wizard) {
    case 'remove-controller':
      return { kind: wizard, params: about }
    case 'replace-controller':
      return { kind: wizard, params: { oldNodeId: nodeId } }
    case 'scale':
      return { kind: wizard, params: { controllers: to ?? voters } }
    case 'rolling-restart':
      return { kind: wizard, params: { nodeIds: Array.from({ length: voters }, (_, id) => id) } }
    case 'add-controller':
    case 'replace-disk':
      return { kind: wizard, params: { nodeId } }
    default:
      throw new Error(`${wizard} is not explored`)
  }
}

/** The run just begun. */
export function begun(state: StartState, more: Partial<WorldPlan> = {}): World {
  const { voters, spares, about, trouble, variant } = state
  const world = newWorld({ voters, spares, seed: SEED, ...variant, ...more })
  const leaderId = trueLeader(world)?.id ?? 0
  const nodeId = about === 'new' ? voters : about === 'leader' ? leaderId : (leaderId + 1) % voters
  const { disk } = nodeOf(world, nodeId)
  const watch = (polls: number) => {
    for (let count = 0; count < polls; count += 1) {
      runCluster(world, world.cluster.nowMs + 250)
      poll(world)
    }
  }
  watch(12)
  if (trouble !== 'none') {
    carryOut(world, { action: trouble === 'silent' ? 'kill' : 'wipe', nodeId })
    // An election, where the leader is gone, and the time until a silent voter is known to be silent.
    watch(about === 'leader' ? 40 : 12)
  }
  startRun(world, requestOf(state, { nodeId, directoryId: disk?.directoryId ?? '' }))
  return world
}

/** Longest ordinary run, in ms of virtual time. */
const ORDINARY_MS = 60_000

/** The states of its ordinary run, from its start to just before its end. */
export function waypoints(state: StartState, more: Partial<WorldPlan> = {}): World[] {
  const world = begun(state, more)
  const points: World[] = []
  const seen = new Set<number>()
  const keep = () => {
    const hash = stateHash(world)
    if (seen.has(hash) || world.dashboard.run?.outcome !== null) return
    seen.add(hash)
    points.push(copyWorld(world))
  }
  keep()
  const endMs = world.cluster.nowMs + ORDINARY_MS
  while (world.dashboard.run?.outcome === null && world.cluster.nowMs < endMs) {
    const command = nextForward(possibleCommands(world))
    if (command !== null && say(world, command)) keep()
    pass(world, 250)
    keep()
  }
  return points
}
