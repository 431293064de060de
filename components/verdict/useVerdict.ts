'use client'
/** The verdict by now: the pure one, given whether a missing leader has been missing for long. */
import type { Freshness } from '../live/freshness.ts'
import type { LiveCluster } from '../live/liveClusters.ts'
import { useObservationAge } from '../live/useLiveCluster.ts'
import { type Verdict, verdict } from './verdict.ts'

/** An election takes a second or two, with several candidates a few more. */
const LONG_WITHOUT_LEADER_MS = 10_000

export function useVerdict(cluster: string, { view, link }: LiveCluster, freshness: Freshness): Verdict {
  // Both times are of the server's wall clock; what has passed since the view was made is its age.
  const longWithoutLeader = useObservationAge(cluster, (ageMs) => {
    if (link?.state !== 'no-leader') return false
    if (view === null || ageMs === null) return true
    return view.observedAtMs + ageMs - link.sinceMs > LONG_WITHOUT_LEADER_MS
  })
  return verdict({ view, link, freshness, longWithoutLeader })
}
