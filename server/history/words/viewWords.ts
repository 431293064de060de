/**
 * Everything of a view that is no column: written down when it changes, under a key of its own, so that one node that
 * registers anew costs one line and not the whole view. Pure.
 */
import type { Delta } from '../../contract/live.ts'
import type { QuorumFacts, QuorumView, ReplicaKey, ReplicaView } from '../../contract/quorumView.ts'
import { keyText } from '../../contract/replicaKey.ts'

/** Facts that move with every observation: they are columns, or follow from columns. */
const MOVING = [
  'leaderClockMs',
  'leaderEpoch',
  'leaderId',
  'highWatermark',
  'healthyVoters',
  'margin',
  'maxFollowerLag',
  'maxFollowerLagTimeMs',
] as const satisfies readonly (keyof QuorumFacts)[]
const MOVING_SET: ReadonlySet<string> = new Set(MOVING)
export type StandingFacts = Omit<QuorumFacts, (typeof MOVING)[number]>

const REPLICA_WORDS = [
  'roles',
  'endpoints',
  'registered',
  'fenced',
  'rack',
] as const satisfies readonly (keyof ReplicaView)[]
export type ReplicaWords = Pick<ReplicaView, (typeof REPLICA_WORDS)[number]>

/** What is written under each key: JSON. */
export interface Words {
  key: string
  text: string
}

/** Which replicas there are, in their order, and what they belong to. */
export interface Roster {
  clusterId: string | null
  replicas: ReplicaKey[]
  incidentMemory: QuorumView['incidentMemory']
}

export const ROSTER = 'roster'
export const QUORUM = 'quorum'
const PARTS = ['source', 'controllers', 'incidents', 'findings'] as const

export function replicaKey(replica: ReplicaKey): string {
  return `r ${keyText(replica)}`
}

function rosterOf({ clusterId, replicas, incidentMemory }: QuorumView): Roster {
  return { clusterId, replicas: replicas.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })), incidentMemory }
}

function quorumWords({ quorum }: QuorumView): Words {
  const standing = Object.fromEntries(Object.entries(quorum).filter(([name]) => !MOVING_SET.has(name)))
  return { key: QUORUM, text: JSON.stringify(standing) }
}

function replicaWords(replica: ReplicaView): Words {
  const words = Object.fromEntries(REPLICA_WORDS.map((name) => [name, replica[name]]))
  return { key: replicaKey(replica), text: JSON.stringify(words) }
}

/** Of a whole view. */
export function* wordsOf(view: QuorumView): Generator<Words> {
  yield { key: ROSTER, text: JSON.stringify(rosterOf(view)) }
  yield quorumWords(view)
  for (const part of PARTS) yield { key: part, text: JSON.stringify(view[part]) }
  for (const replica of view.replicas) yield replicaWords(replica)
}

/** Of what a delta has changed. @param view the view that it led to */
export function* changedWords(view: QuorumView, delta: Delta): Generator<Words> {
  if (Object.keys(delta.q ?? {}).some((name) => !MOVING_SET.has(name))) yield quorumWords(view)
  if (delta.s !== undefined) yield { key: 'source', text: JSON.stringify(view.source) }
  if (delta.c !== undefined) yield { key: 'controllers', text: JSON.stringify(view.controllers) }
  if (delta.i !== undefined) yield { key: 'incidents', text: JSON.stringify(view.incidents) }
  if (delta.f !== undefined) yield { key: 'findings', text: JSON.stringify(view.findings) }
  for (const [index, words] of delta.w ?? []) {
    const replica = view.replicas[index]
    if (replica !== undefined && REPLICA_WORDS.some((name) => name in words)) yield replicaWords(replica)
  }
}
