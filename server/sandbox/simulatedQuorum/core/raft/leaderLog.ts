/** The leader's appends and what follows from them: waiting fetches, the high watermark, answers that waited for it. */
import { activateController } from '../api/activeController.ts'
import { reply } from '../network.ts'
import type { ClusterState, LeaderNode } from '../state.ts'
import { ownKey, profile, wallClock } from '../state.ts'
import { answerFetch } from './fetchServer.ts'
import { updateLocalState } from './leader.ts'
import { endOffset } from './log.ts'
import type { LogRecord } from './records.ts'
import { append, votersOf } from './replica.ts'
import { isVoter } from './voterSet.ts'

/** Appends one batch and returns the offset of its first record. */
export function appendAsLeader(
  state: ClusterState,
  node: LeaderNode,
  records: readonly LogRecord[],
  control = false,
): number {
  const baseOffset = endOffset(node.disk.log)
  append(node, {
    baseOffset,
    epoch: node.disk.election.epoch,
    timestampMs: wallClock(state, node),
    control,
    records,
  })
  afterAppend(state, node)
  return baseOffset
}

/** After every append of a leader, its LeaderChange record included. */
export function afterAppend(state: ClusterState, node: LeaderNode): void {
  const moved = updateLocalState(node)
  wakeFetches(state, node)
  if (moved) afterHighWatermark(state, node)
}

/** Completes what waited for the high watermark. */
export function afterHighWatermark(state: ClusterState, node: LeaderNode): void {
  const role = node.run.role
  const highWatermark = role.highWatermark ?? 0
  const pending = role.pending
  if (pending !== null && pending.offset !== null && highWatermark > pending.offset) {
    role.pending = null
    const api = pending.kind === 'add' ? 'addRaftVoter' : 'removeRaftVoter'
    const message = profile(state).saysNone ? 'NONE' : null
    if (pending.replyTo !== null) reply(state, node, pending.replyTo, { api, error: 0, message })
    // The leader that was removed leads until its removal is committed (RemoveVoterHandler.highWatermarkUpdated).
    if (pending.kind === 'remove' && !isVoter(votersOf(node), ownKey(node))) role.resignRequested = true
  }
  const { controller } = role
  for (const done of controller.waiting.filter((entry) => highWatermark > entry.offset)) {
    reply(state, node, done.replyTo, done.response)
  }
  controller.waiting = controller.waiting.filter((entry) => highWatermark <= entry.offset)
  if (profile(state).fetchCarriesHighWatermark) wakeFetches(state, node)
  if (!controller.active) activateController(state, node)
}

/** Answers parked fetches that have something to read now, or to whom a new high watermark is news. */
function wakeFetches(state: ClusterState, node: LeaderNode): void {
  const role = node.run.role
  const end = endOffset(node.disk.log)
  const ready = role.parked.filter(
    (parked) =>
      parked.offset < end || (parked.highWatermark !== null && parked.highWatermark < (role.highWatermark ?? 0)),
  )
  if (ready.length === 0) return
  role.parked = role.parked.filter((parked) => !ready.includes(parked))
  for (const parked of ready) answerFetch(state, node, parked)
}
