/** Two disks of one node id: the voter, and what follows beside it as an observer. Pure. */

import type { QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { isObserver } from '../../server/contract/voters.ts'
import { formatCount } from '../kit/words/format.ts'
import type { Words } from '../kit/words/words.ts'

/** Node ids that appear with more than one directory id. */
export function twinIds(replicas: readonly ReplicaView[]): ReadonlySet<number> {
  const seen = new Set<number>()
  const twins = new Set<number>()
  for (const { nodeId } of replicas) {
    if (seen.has(nodeId)) twins.add(nodeId)
    seen.add(nodeId)
  }
  return twins
}

/** What to call an observer that bears the id of a voter; `null` for everyone else. */
export function twinMark(replica: ReplicaView, replicas: readonly ReplicaView[]): string | null {
  if (!isObserver(replica)) return null
  const voter = replicas.find((other) => !isObserver(other) && other.nodeId === replica.nodeId)
  if (voter === undefined) {
    const siblings = replicas.filter((other) => other.nodeId === replica.nodeId)
    return siblings.length > 1 ? `another disk of ${replica.nodeId}` : null
  }
  const left = replica.health === 'silent' && voter.health === 'ok'
  return left ? `old disk of ${replica.nodeId}` : `new disk of ${replica.nodeId}`
}

/** Says of troubled voters whether their replacement is already there. */
export function replacementNews(view: QuorumView, troubled: readonly ReplicaView[]): Words | null {
  for (const voter of troubled) {
    const twin = view.replicas.find(
      (other) => isObserver(other) && other.nodeId === voter.nodeId && other.health !== 'silent',
    )
    if (twin === undefined) continue
    const caughtUp = twin.health === 'ok' && twin.lag !== null && twin.lag <= 10
    const state = caughtUp ? 'has caught up' : 'is catching up'
    return [`A new disk of controller ${voter.nodeId} is here and ${state}: lag ${formatCount(twin.lag)}.`]
  }
  return null
}
