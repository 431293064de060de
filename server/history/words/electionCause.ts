/** What was seen of the old leader when another one was elected, in a sentence. Pure. */
import type { QuorumView } from '../../contract/quorumView.ts'
import { votersOf } from '../../contract/voters.ts'
import { took } from '../../contract/words/durations.ts'

export interface LastLeader {
  leaderId: number
  epoch: number
  /** When it was last seen leading, dashboard's wall clock. */
  lastSeenMs: number
}

export interface RunAtWork {
  title: string
  stepTitle: string
}

/** @param view the first one in which the new leader leads. @returns `null` where the old one was not seen */
export function electionCause(before: LastLeader | null, view: QuorumView, run: RunAtWork | null): string | null {
  const { leaderId } = view.quorum
  if (before === null || leaderId === null) return null
  const parts: string[] = []
  const gapMs = Math.max(0, view.observedAtMs - before.lastSeenMs)
  if (leaderId === before.leaderId) {
    parts.push(`${leaderId} was elected again; it was last seen leading epoch ${before.epoch} ${took(gapMs)} before`)
  } else {
    parts.push(
      `${before.leaderId} was last seen leading ${took(gapMs)} before, and ${oldLeaderNow(before.leaderId, view)}`,
    )
  }
  if (run !== null) parts.push(`a run was at work: ${run.title}, ${run.stepTitle}`)
  return `${parts.join('; ')}.`
}

function oldLeaderNow(nodeId: number, view: QuorumView): string {
  const account = view.controllers?.find((one) => one.recordedId === nodeId || one.nodeId === nodeId)
  if (!votersOf(view).some((one) => one.nodeId === nodeId)) return 'is no voter any more'
  if (account === undefined) return 'was not asked since'
  const { reach } = account
  switch (reach) {
    case 'answers':
      return account.leaderId === nodeId
        ? 'still takes itself for the leader: it is cut off from the others'
        : 'still answers: it resigned or was outvoted'
    case 'refused':
      return 'nothing listens at its address now'
    case 'silent':
      return 'does not answer now'
    case 'unverifiable':
      return 'answers, but cannot be verified'
    default:
      return reach satisfies never
  }
}
