/** Plays one schedule with one player, brings back whoever has a disk, and looks whether the quorum still lives. */
import { carryOut } from '../world/hosts.ts'
import { trueLeader, trueMargin, trueVoters } from '../world/truth.ts'
import { BOOT_MS, newWorld, nodeOf, runCluster, type World } from '../world/world.ts'
import { isReached, Nobody, type Player, RawOperator, WizardUser } from './players.ts'
import type { Fault, Schedule } from './schedule.ts'

export type Who = 'nobody' | 'raw' | 'wizard'

export interface Played {
  isLost: boolean
  isReached: boolean
  commands: number
  /** Changes without a living majority, by what was true when they were sent. */
  unsafe: number
  /** The lowest margin of the living voters on the way. */
  lowestMargin: number
  /** Other invariants that were broken. */
  broken: readonly string[]
}

/** After the last fault, and again after all came back, the player has this long, in ms. */
const TIME_AFTER_MS = 40_000
/** With all back, somebody must lead and commit within this time, in ms. */
const LIVES_WITHIN_MS = 30_000
/** Between two looks at the true margin. */
const LOOK_MS = 1000

function befall(world: World, fault: Fault, player: Player): void {
  if (!('node' in fault)) {
    player.suffer(world, fault.kind)
    return
  }
  const nodeId = fault.node === 'leader' ? trueLeader(world)?.id : fault.node
  if (nodeId === undefined) return
  const { process, disk } = nodeOf(world, nodeId)
  if (fault.kind === 'start') {
    // A disk that was lost is no fault that mends itself; a spare is started by the operator.
    const isSpare = disk !== null && disk.log.batches.length === 0
    const hasBooted = world.cluster.nowMs - (world.since[nodeId] ?? 0) >= BOOT_MS
    if (process === 'stopped' && disk !== null && !isSpare && hasBooted) carryOut(world, { action: 'start', nodeId })
    return
  }
  if (fault.kind === 'disk lost' && process === 'stopped' && disk?.log.batches.length === 0) return
  carryOut(world, { action: fault.kind === 'disk lost' ? 'wipe' : fault.kind, nodeId })
}

/** Everything that has its disk comes back; what is lost stays lost. */
function revive(world: World): void {
  for (const { id, process } of world.cluster.nodes) {
    if (process === 'frozen') carryOut(world, { action: 'resume', nodeId: id })
  }
  runCluster(world, world.cluster.nowMs + BOOT_MS)
  for (const { id, process, disk } of world.cluster.nodes) {
    const isSpare = disk !== null && disk.log.batches.length === 0
    if (process === 'stopped' && disk !== null && !isSpare) carryOut(world, { action: 'start', nodeId: id })
  }
}

/** True where nobody leads, or nothing commits. */
function isLostForGood(world: World): boolean {
  const endMs = world.cluster.nowMs + LIVES_WITHIN_MS
  let committed: number | null = null
  while (world.cluster.nowMs < endMs) {
    runCluster(world, world.cluster.nowMs + LOOK_MS)
    const highWatermark = trueLeader(world)?.run.highWatermark ?? null
    if (committed !== null && highWatermark !== null && highWatermark > committed) return false
    committed = highWatermark ?? committed
  }
  return true
}

function playerOf(who: Who, schedule: Schedule, startMs: number): Player {
  switch (who) {
    case 'nobody':
      return new Nobody()
    case 'raw':
      return new RawOperator(schedule, startMs)
    case 'wizard':
      return new WizardUser(schedule, startMs)
    default:
      return who satisfies never
  }
}

export function play(schedule: Schedule, who: Who, formed?: World): Played {
  const { voters, goal, about, failsAtMs, seed } = schedule
  const world = formed ?? newWorld({ voters, spares: 1, seed })
  const startMs = world.cluster.nowMs
  const player = playerOf(who, schedule, startMs)
  const old = nodeOf(world, about).disk?.directoryId ?? null
  const fails: Fault[] = goal === 'replace a failed disk' ? [{ atMs: failsAtMs, kind: 'disk lost', node: about }] : []
  const faults = [...fails, ...schedule.faults].sort((a, b) => a.atMs - b.atMs)
  let lowestMargin = Number.POSITIVE_INFINITY
  const look = () => {
    const plannedVoters = trueVoters(world)
    if (plannedVoters.length > 0) lowestMargin = Math.min(lowestMargin, trueMargin(world, plannedVoters))
  }
  const until = (toMs: number) => {
    while (world.cluster.nowMs < toMs) {
      player.play(world, Math.min(toMs, world.cluster.nowMs + LOOK_MS))
      look()
    }
  }
  for (const fault of faults) {
    until(startMs + fault.atMs)
    befall(world, fault, player)
  }
  const goOn = (limitMs: number) => {
    const endMs = world.cluster.nowMs + limitMs
    while (!player.isDone && world.cluster.nowMs < endMs) until(world.cluster.nowMs + LOOK_MS)
  }
  goOn(TIME_AFTER_MS)
  revive(world)
  goOn(TIME_AFTER_MS)
  const isLost = isLostForGood(world)
  const unsafe = who === 'wizard' ? world.broken.filter((what) => what.startsWith('P1:')).length : player.unsafe
  return {
    isLost,
    isReached: isReached(world, schedule, old),
    commands: player.commands,
    unsafe,
    lowestMargin,
    broken: world.broken.filter((what) => !what.startsWith('P1:')),
  }
}
