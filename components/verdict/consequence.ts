/** What happens if one more controller stops, in words. Pure: it reads the margin, it does not recompute it. */

import type { QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { votersOf } from '../../server/contract/voters.ts'
import { listed } from '../../server/contract/words/lists.ts'

export function troubledVoters(view: QuorumView): readonly ReplicaView[] {
  return votersOf(view).filter((voter) => voter.health === 'silent' || voter.health === 'lagging')
}

const ids = (replicas: readonly ReplicaView[]) => replicas.map((replica) => replica.nodeId)

/** What a cluster without an active controller can and cannot do. */
export const WITHOUT_LEADER =
  'Nothing about topics, partitions or configuration can change, and no failed broker is replaced as a partition’s leader. Brokers keep serving the partitions they lead.'

/** What the loss of the worst rack makes of it; empty where no rack is known, or where nothing is left to lose anyway. */
export function rackConsequence({ quorum: { worstRack, margin } }: QuorumView): string {
  if (worstRack === null || worstRack.margin === null || margin === null || margin < 0) return ''
  const { rack, voters, margin: left, unplaced } = worstRack
  const then =
    left < 0
      ? 'the quorum is lost until one of them is back'
      : left === 0
        ? 'the quorum keeps working, and cannot lose another'
        : `the quorum keeps working, and can lose ${left} more`
  const unknown = unplaced.length === 0 ? '' : ` The rack of ${listed(unplaced)} is not known.`
  return `If rack ${rack} fails (${listed(voters)}): ${then}.${unknown}`
}

/** Two quorums, or committed metadata that is missing: the figures of one half say nothing of the whole. */
export function isContested({ incidents, quorum }: QuorumView): boolean {
  return incidents.length > 0 || quorum.rivals.some(({ proven }) => proven)
}

export function consequence(view: QuorumView): string {
  if (isContested(view))
    return 'Until this is settled no controller may be stopped: any of them may hold what the others do not.'
  const { margin, majority, healthyVoters, leaderId } = view.quorum
  const troubled = ids(troubledVoters(view))
  const healthy = votersOf(view).filter((voter) => voter.health === 'ok')
  if (margin === null) return 'What can be lost is known again once a controller leads.'
  if (margin < 0) {
    const missing = majority - healthyVoters
    if (troubled.length === missing)
      return `No metadata changes until ${listed(troubled)} ${missing === 1 ? 'is' : 'are'} back.`
    if (missing === 1) return `No metadata changes until ${listed(troubled, 'or')} is back.`
    return `No metadata changes until ${missing} of the controllers ${listed(troubled)} are back.`
  }
  if (margin === 0) {
    const others = ids(healthy.filter((voter) => voter.nodeId !== leaderId))
    const first = others[0]
    if (first === undefined) {
      return leaderId === null
        ? 'If it stops: no metadata changes until it is back.'
        : `If ${leaderId} stops: no leader, no metadata changes until it is back.`
    }
    const who = others.length === 1 ? String(first) : `any of ${listed(ids(healthy), 'or')}`
    const until = [...(others.length === 1 ? [first] : []), ...troubled]
    const back =
      until.length === 0
        ? 'it is'
        : others.length === 1
          ? `${listed(until, 'or')} is`
          : `it or ${listed(until, 'or')} is`
    return `If ${who} stops now: no leader, no metadata changes until ${back} back.`
  }
  const then = margin === 1 ? 'cannot lose another' : `can lose ${margin - 1} more`
  return `If any one stops now: the quorum keeps working, and ${then}.`
}
