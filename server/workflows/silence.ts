/** When the leader's word that somebody is silent may be believed. Pure. */
import type { Facts } from './facts.ts'
import { RECENT_FETCH_MS } from './thresholds.ts'
import { leaderWatchedMs } from './track.ts'
import { votersOf } from './voterSet.ts'

/**
 * Not at a first look: after a start of the dashboard nothing tells silence from a step of the leader's clock, after which
 * everybody looks silent until the next fetch. And not while the leader itself does not hear a majority of the voters: then
 * it may be the one that is cut off, leading on until 1.5 fetch timeouts are over (LeaderState#CHECK_QUORUM_TIMEOUT_FACTOR).
 */
export function silenceCounts({ view, track }: Facts): boolean {
  if (view === null || leaderWatchedMs(track) < view.quorum.fetchTimeoutMs) return false
  const voters = votersOf(view)
  const heard = voters.filter(
    (v) => v.status === 'leader' || (v.lastFetchAgeMs !== null && v.lastFetchAgeMs <= RECENT_FETCH_MS),
  )
  return heard.length * 2 > voters.length
}
