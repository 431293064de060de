/** When the leader's statement that somebody is silent may be believed. Pure. */
import type { ReplicaKey } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { majorityOf, votersOf } from '../../../contract/voters.ts'
import type { Facts } from '../facts.ts'
import { RECENT_FETCH_MS } from '../thresholds.ts'
import { rowOf } from '../voterSet.ts'
import { leaderWatchedMs } from './track.ts'

/** A node that lives is listed by a new leader within its next fetches, in ms. */
const LISTED_WITHIN_MS = 10_000

/** A leader of seconds has not heard of everybody: who is missing from its list may come. */
export function isListYoung({ view, track }: Facts): boolean {
  return leaderWatchedMs(track) < Math.max(LISTED_WITHIN_MS, view?.quorum.fetchTimeoutMs ?? 0)
}

/**
 * Not at a first look: after a start of the dashboard nothing distinguishes silence from a step of the leader's clock, after which
 * everybody looks silent until the next fetch. And not while the leader itself does not hear a majority of the voters: then
 * it may be the one that is cut off, leading on until 1.5 fetch timeouts are over (LeaderState#CHECK_QUORUM_TIMEOUT_FACTOR).
 */
export function silenceCounts({ view, track }: Facts): boolean {
  if (view === null || leaderWatchedMs(track) < view.quorum.fetchTimeoutMs) return false
  const voters = votersOf(view)
  const heard = voters.filter(
    (v) => v.status === 'leader' || (v.lastFetchAgeMs !== null && v.lastFetchAgeMs <= RECENT_FETCH_MS),
  )
  return heard.length >= majorityOf(voters.length)
}

/**
 * One silence of an incarnation, by its last fetch in the books of the leader. Another fetch, or another leader whose books
 * begin anew, makes it another silence: it may have been back in between.
 */
export function silenceOf({ view }: Facts, key: ReplicaKey): string {
  const row = view === null ? null : rowOf(view, key)
  if (view === null || row === null) return `${keyText(key)} is not listed`
  const { leaderEpoch, leaderClockMs } = view.quorum
  if (row.health !== 'silent') return `${keyText(key)} is ${row.health}`
  const last = leaderClockMs === null || row.lastFetchAgeMs === null ? 'never' : leaderClockMs - row.lastFetchAgeMs
  return `${keyText(key)} is silent, last heard ${last} by the leader of epoch ${leaderEpoch}`
}

/** One life of a controller's process, as far as it is known: its disk, and the process that is registered. */
export function processOf({ log }: Facts, key: ReplicaKey): string {
  return `${keyText(key)} in process ${log?.controllers.get(key.nodeId)?.incarnationId ?? 'not known'}`
}

/**
 * No incarnation of the node is heard by a leader that is believed. A young leader has not heard of every replica: whom it
 * does not list may be alive, and is not silent before that time is over.
 */
export function nodeIsSilent(facts: Facts, nodeId: number): boolean {
  const { view } = facts
  if (view === null || view.quorum.leaderId === null || !silenceCounts(facts)) return false
  const rows = view.replicas.filter((r) => r.nodeId === nodeId)
  if (rows.length === 0) return !isListYoung(facts)
  return rows.every((r) => r.health === 'silent')
}
