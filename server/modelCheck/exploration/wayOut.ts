/** Whether a state has a way out: everything heals, a person does what is recommended, and the run comes to its end. */
import { CooperativeOperator } from '../cooperativeOperator.ts'
import { carryOut } from '../world/hosts.ts'
import { mend } from '../world/networkFaults.ts'
import { trueLeader } from '../world/truth.ts'
import { pass, possibleCommands, say } from '../world/virtualRuns.ts'
import { BOOT_MS, copyWorld, type World } from '../world/world.ts'

/** `left`: only by leaving it. `lost`: the faults took the quorum away, so that nobody leads. */
export type WayOut = 'done' | 'left' | 'lost' | 'none'

/** Longest way to a leader once all is healed, and longest run after that, in ms of virtual time. */
const LEADER_WITHIN_MS = 30_000
const ENDS_WITHIN_MS = 90_000

function heal(world: World): void {
  mend(world)
  for (const { id, process } of world.cluster.nodes) {
    if (process === 'frozen') carryOut(world, { action: 'resume', nodeId: id })
  }
  pass(world, BOOT_MS)
  for (const { id, process, disk } of world.cluster.nodes) {
    if (process !== 'stopped') continue
    if (disk === null) carryOut(world, { action: 'format', nodeId: id })
    carryOut(world, { action: 'start', nodeId: id })
  }
}

/** @param onEnd what to look at when it is over */
export function wayOut(from: World, onEnd: (world: World) => void = () => {}): WayOut {
  const world = copyWorld(from)
  const way = walk(world)
  onEnd(world)
  return way
}

function walk(world: World): WayOut {
  heal(world)
  const operator = new CooperativeOperator()
  for (let waitedMs = 0; trueLeader(world) === null; waitedMs += 1000) {
    if (waitedMs >= LEADER_WITHIN_MS) return 'lost'
    pass(world, 1000)
  }
  if (operator.drive(world, ENDS_WITHIN_MS)) return world.dashboard.run?.outcome === 'done' ? 'done' : 'left'
  const ending = possibleCommands(world).find((c) => c.type === 'leave' || c.type === 'abort')
  if (ending !== undefined && say(world, ending) && world.dashboard.run?.outcome === 'aborted') return 'left'
  return trueLeader(world) === null ? 'lost' : 'none'
}
