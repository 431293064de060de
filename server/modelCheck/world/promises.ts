/**
 * P15 and P16 of SPEC.md: what the gates promise of a request and of a step that is done, said once more by the truth of the
 * simulation and without any gate. A gate that is deleted breaks its promise here.
 */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import { majorityOf } from '../../contract/voters.ts'
import { endOffset } from '../../sandbox/simulatedQuorum/core/raft/log.ts'
import { votersOffsetOf } from '../../sandbox/simulatedQuorum/core/raft/replica.ts'
import { asLeader, type LiveNode } from '../../sandbox/simulatedQuorum/core/state.ts'
import { FETCH_TIMEOUT_MS } from '../../sandbox/simulatedQuorum/core/timing.ts'
import type { VoterChange } from '../../workflows/run/ports.ts'
import type { Run } from '../../workflows/run/run.ts'
import { changed, idsText, includes, sameSet } from '../../workflows/run/voterSet.ts'
import { isDead, isYoung, trueLeader, trueVoters } from './truth.ts'
import { broke, nodeOf, type World } from './world.ts'

/** Records that a leader appends while a reading is on its way, and a follower is between two fetches. */
const SLACK_RECORDS = 20
/** Of what a poll every 250 ms may not have seen yet, in ms. */
const SLACK_MS = 1000

/** How many records of the leader's log it lacks; `null`: it has no such disk. */
function lagOf({ cluster }: World, { nodeId, directoryId }: ReplicaKey, leader: LiveNode): number | null {
  const disk = cluster.nodes.find((n) => n.id === nodeId)?.disk
  return disk == null || disk.directoryId !== directoryId ? null : endOffset(leader.disk.log) - endOffset(disk.log)
}

function keepsUp(world: World, key: ReplicaKey, leader: LiveNode): boolean {
  const lag = lagOf(world, key, leader)
  return lag !== null && lag <= world.rules.thresholds.lagRecords + SLACK_RECORDS && !isDead(world, key, leader.id)
}

/** The margin of these, where one that came back a moment ago, after it was silent, counts as dead. */
function marginOfGrown(world: World, voters: readonly ReplicaKey[], leader: LiveNode): number {
  const grown = voters.filter((key) => !isDead(world, key, leader.id) && !isYoung(world, key.nodeId))
  return grown.length - majorityOf(voters.length)
}

/** A process that runs, or stopped so lately that nobody could know. */
function livesAsFarAsKnown(world: World, key: ReplicaKey, leader: LiveNode): boolean {
  const forMs = world.cluster.nowMs - (world.since[key.nodeId] ?? 0)
  return !isDead(world, key, leader.id) || forMs < FETCH_TIMEOUT_MS + SLACK_MS
}

/** When this record was appended; 0 where it is in a snapshot by now. */
function sinceMs({ disk }: LiveNode, offset: number): number {
  const { batches } = disk.log
  return batches.find((batch) => batch.baseOffset + batch.records.length > offset)?.timestampMs ?? 0
}

/** Right before a voter change leaves, to a node that leads. @param run the part that is under way, or the run itself */
export function judgePromised(world: World, run: Run, change: VoterChange, leader: LiveNode): void {
  const role = asLeader(leader)?.run.role
  if (role === undefined) return
  const what = `${change.kind} ${change.nodeId}`
  const breaks = (text: string) => broke(world, `P15: ${what} is sent, and ${text}`)
  const voters = trueVoters(world, leader)
  const votersAt = votersOffsetOf(leader) ?? 0
  const isUnderWay = votersAt >= (role.highWatermark ?? 0) && world.cluster.nowMs - sinceMs(leader, votersAt) > SLACK_MS
  if (isUnderWay) breaks('another change is under way')
  const living = voters.filter((key) => livesAsFarAsKnown(world, key, leader)).length
  if (living < majorityOf(voters.length)) breaks('no majority of the voters lives')
  const others = changed(voters, change).filter((v) => v.nodeId !== change.nodeId)
  if (change.kind === 'add') {
    if (change.endpoints.length === 0) breaks('nobody knows where it listens')
    if (!keepsUp(world, change, leader)) breaks('it does not keep up')
    // It counts towards the majority whether it works or not.
    const alive = others.filter((key) => !isDead(world, key, leader.id)).length
    const oneToTwo = voters.length === 1 && 'add/one-to-two' in run.statements
    if (alive < majorityOf(others.length + 1) && !oneToTwo) breaks('the quorum lives only if it works')
    return
  }
  if (marginOfGrown(world, others, leader) < 0) breaks('those that stay have not lived for a while')
  const replaces = run.kind === 'replace-disk' && run.undo === null && !('new-disk/no-replacement' in run.statements)
  if (!replaces) return
  const { candidate } = run.plan
  if (candidate === null || !keepsUp(world, candidate, leader)) breaks('no replacement keeps up')
}

/** Of a step that ends a change: the quorum is what the plan wanted, and has been so for a while. */
export function judgeSteady(world: World, run: Run, step: string): void {
  const leader = trueLeader(world)
  const role = leader === null ? undefined : asLeader(leader)?.run.role
  // By a leader that is cut off it may be so, and where a clock was set the books show no true time.
  const kind = world.oddity?.kind ?? ''
  if (leader === null || role === undefined || kind.startsWith('cut off') || kind.startsWith('clock')) return
  const { nowMs } = world.cluster
  const breaks = (text: string) => broke(world, `P16: ${step} is written down as done, and ${text}`)
  const ledForMs = nowMs - sinceMs(leader, role.epochStartOffset)
  if (leader.clockOffsetMs === 0 && ledForMs < world.rules.thresholds.soakMs - SLACK_MS / 4) {
    breaks(`${leader.id} leads for ${ledForMs} ms`)
  }
  const voters = trueVoters(world, leader)
  const changedForMs = nowMs - sinceMs(leader, votersOffsetOf(leader) ?? 0)
  if (!sameSet(voters, run.expected) && changedForMs > SLACK_MS) breaks(`the voters are ${idsText(voters)}`)
  const living = voters.filter((key) => livesAsFarAsKnown(world, key, leader)).length
  const margin = living - majorityOf(voters.length)
  if (margin < run.plan.goalMargin && changedForMs > SLACK_MS) breaks(`the margin is ${margin}`)
  const { candidate, target } = run.plan
  const added = candidate !== null && includes(voters, candidate) ? candidate : null
  if (added !== null && !livesAsFarAsKnown(world, added, leader)) breaks(`${added.nodeId} is dead`)
  // A restarted node is still the voter that it was: with another disk it votes no more.
  if (step.endsWith('back') && target !== null) {
    const { disk, process } = nodeOf(world, target.nodeId)
    const votes = voters.some((v) => v.nodeId === target.nodeId)
    const isOwn = disk !== null && voters.some((v) => v.nodeId === target.nodeId && v.directoryId === disk.directoryId)
    const forMs = nowMs - (world.since[target.nodeId] ?? 0)
    if (votes && !isOwn && process === 'running' && forMs > FETCH_TIMEOUT_MS + SLACK_MS)
      breaks('it runs on another disk')
  }
}
