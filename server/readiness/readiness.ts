/** Whether one controller is attached to its quorum: it leads, or it has caught up with the leader. Pure. */
import type { ClusterLink } from '../contract/clusters.ts'
import type { ControllerAccount, QuorumView, ReplicaView } from '../contract/quorumView.ts'
import type { ControllerReadiness } from '../contract/room/readiness.ts'
import { isObserver } from '../contract/voters.ts'
import { wholeSeconds } from '../contract/words/durations.ts'

/** An observation that is older says nothing of now, in ms; with slow sampling two intervals and a little. */
const STALE_MS = 5_000

export interface Observed {
  view: QuorumView
  /** `null`: nothing was observed. */
  ageMs: number | null
  intervalMs: number
  link: ClusterLink
}

/** A voter with the id counts before an observer with it: a new disk beside its old voter is no voter yet. */
function rowOf({ replicas }: QuorumView, nodeId: number): ReplicaView | null {
  const own = replicas.filter((replica) => replica.nodeId === nodeId)
  return own.find((replica) => !isObserver(replica)) ?? own[0] ?? null
}

/** What it states of itself goes before what is recorded of its address. */
function accountOf({ controllers }: QuorumView, nodeId: number): ControllerAccount | null {
  const all = controllers ?? []
  const recorded = all.filter(
    (one) => one.nodeId === null && (one.recordedId === nodeId || one.registeredId === nodeId),
  )
  return (
    all.find((one) => one.nodeId === nodeId) ?? recorded.find(({ reach }) => reach === 'answers') ?? recorded[0] ?? null
  )
}

type Judged = Pick<ControllerReadiness, 'attached' | 'sinceMs' | 'why'>

function byRow(row: ReplicaView, view: QuorumView, account: ControllerAccount | null): Judged {
  const { quorum, observedAtMs } = view
  const { nodeId } = row
  const ago = (ageMs: number | null) => (ageMs === null ? null : observedAtMs - ageMs)
  if (row.status === 'leader')
    return { attached: true, sinceMs: quorum.leaderSinceMs, why: `Controller ${nodeId} leads.` }
  const follows = row.status === 'follower' ? 'follows as a voter' : 'follows as an observer, and is no voter'
  switch (row.health) {
    case 'ok': {
      const agrees = account?.reach === 'answers' && account.leaderId === quorum.leaderId
      return {
        attached: true,
        sinceMs: agrees ? account.sinceMs : null,
        why: `Controller ${nodeId} ${follows}, and has caught up with leader ${quorum.leaderId}.`,
      }
    }
    case 'lagging':
      return {
        attached: false,
        sinceMs: ago(row.lastCaughtUpAgeMs),
        why: `Controller ${nodeId} fetches from leader ${quorum.leaderId}, but has not caught up with it.`,
      }
    case 'silent':
      return {
        attached: false,
        sinceMs: ago(row.lastFetchAgeMs),
        why: `Controller ${nodeId} does not fetch from leader ${quorum.leaderId}.`,
      }
    case 'unknown':
      return {
        attached: null,
        sinceMs: null,
        why: `Leader ${quorum.leaderId} is too young to know whether controller ${nodeId} follows it.`,
      }
    default:
      return row.health satisfies never
  }
}

/** Nobody leads, so there is nothing to be attached to: what is known is what the controller says itself. */
function byOwnWord(nodeId: number, account: ControllerAccount | null): Judged {
  if (account === null) {
    return { attached: null, sinceMs: null, why: `Nobody leads, and controller ${nodeId} was not asked for itself.` }
  }
  const { reach, leaderId, sinceMs } = account
  switch (reach) {
    case 'answers': {
      const takes =
        leaderId === null ? 'and knows no leader' : `and takes ${leaderId} for the leader, which nobody confirms`
      return { attached: false, sinceMs, why: `Nobody leads. Controller ${nodeId} answers for itself, ${takes}.` }
    }
    case 'refused':
    case 'silent':
      return { attached: false, sinceMs, why: `Nobody leads, and controller ${nodeId} does not answer.` }
    case 'unverifiable':
      return {
        attached: null,
        sinceMs,
        why: `Nobody leads. Something answers at the address of controller ${nodeId}, and cannot be asked who it is.`,
      }
    default:
      return reach satisfies never
  }
}

/** `null` where no controller has this id. */
export function readinessOf(nodeId: number, { view, ageMs, intervalMs, link }: Observed): ControllerReadiness | null {
  const row = rowOf(view, nodeId)
  const account = accountOf(view, nodeId)
  const isController = account !== null || (row !== null && (!isObserver(row) || row.roles.includes('controller')))
  if (!isController) return null
  const { leaderId, leaderEpoch, rivals } = view.quorum
  const isOld = ageMs === null || ageMs > Math.max(STALE_MS, 2 * intervalMs + 2_000)
  const isHeard = link.state === 'live' || link.state === 'no-leader'
  const base = {
    cluster: view.cluster,
    nodeId,
    leaderId,
    leaderEpoch,
    ageMs,
    ownWord:
      account === null
        ? null
        : {
            reach: account.reach,
            leaderId: account.leaderId,
            leaderEpoch: account.leaderEpoch,
            sinceMs: account.sinceMs,
          },
  }
  const nobody = { role: null, lag: null }
  if (isOld || !isHeard) {
    const old = ageMs === null ? 'Nothing was observed yet' : `The newest observation is ${wholeSeconds(ageMs)} old`
    return {
      ...base,
      ...nobody,
      attached: null,
      sinceMs: null,
      why: `${old}: how controller ${nodeId} is now, nobody knows.`,
    }
  }
  if (leaderId === null || link.state === 'no-leader') return { ...base, ...nobody, ...byOwnWord(nodeId, account) }
  if (row === null) {
    const why = `Controller ${nodeId} is neither a voter nor an observer of leader ${leaderId}.`
    return { ...base, ...nobody, attached: false, sinceMs: account?.sinceMs ?? null, why }
  }
  const judged = byRow(row, view, account)
  // Two leaders: following one of them is no proof of following the quorum.
  const contested = judged.attached === true && rivals.some(({ proven }) => proven)
  return {
    ...base,
    role: row.status,
    lag: row.lag,
    ...judged,
    ...(contested
      ? { attached: null, why: `Another controller leads beside ${leaderId}: which is the quorum, nobody knows.` }
      : {}),
  }
}
