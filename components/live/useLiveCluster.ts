'use client'
/** One cluster as the websocket reports it, and whether that may be believed. */
import { useEffect, useSyncExternalStore } from 'react'
import type { QuorumEvent } from '../../server/contract/past/events.ts'
import { type Freshness, freshness } from './freshness.ts'
import { useLive } from './LiveProvider.tsx'
import { type LiveCluster, NOTHING_HELD, observationAgeMs } from './liveClusters.ts'
import type { ServerTerms } from './socket/connection.ts'
import { useStandstill } from './standstill.ts'
import { ticker } from './ticker.ts'

/** Watches the cluster for as long as the component is there. */
export function useLiveCluster(cluster: string): LiveCluster {
  const { clusters } = useLive()
  useEffect(() => clusters.watch(cluster), [clusters, cluster])
  return useShownCluster(cluster)
}

/** What is held of the cluster, for those who do not watch it themselves. */
export function useShownCluster(cluster: string): LiveCluster {
  const { clusters } = useLive()
  const read = () => clusters.held(cluster).shown
  return useSyncExternalStore(clusters.subscribe, read, () => NOTHING_HELD.shown)
}

/** Oldest first. */
export function useLiveEvents(cluster: string): readonly QuorumEvent[] {
  const { clusters } = useLive()
  const read = () => clusters.held(cluster).events
  return useSyncExternalStore(clusters.subscribe, read, () => NOTHING_HELD.events)
}

/** What the server states of itself, and of this page. */
export function useConnection(): ServerTerms {
  const { socket } = useLive().clusters
  return useSyncExternalStore(socket.subscribe, socket.terms, socket.terms)
}

export function useFreshness(cluster: string, intervalMs: number): Freshness {
  const { clusters } = useLive()
  const read = (): Freshness => {
    const watchedSinceMs = clusters.watchedSinceMs(cluster)
    if (watchedSinceMs === null) return 'waiting'
    return freshness({
      nowMs: ticker.nowMs(),
      visibleSinceMs: ticker.visibleSinceMs(),
      watchedSinceMs,
      pulse: clusters.held(cluster).pulse,
      intervalMs,
      heartbeatMs: clusters.socket.terms().heartbeatMs,
    })
  }
  return useSyncExternalStore(ticker.subscribe, read, () => 'waiting')
}

/**
 * Something computed from the age of the newest observation, four times a second. The component renders again only when
 * the result differs, so a result should be coarse: a text, or yes and no.
 */
export function useObservationAge<T extends string | number | boolean>(
  cluster: string,
  read: (ageMs: number | null) => T,
): T {
  const { clusters } = useLive()
  const standsStill = useStandstill()
  const now = () => read(standsStill ? 0 : observationAgeMs(clusters.held(cluster).pulse, ticker.nowMs()))
  return useSyncExternalStore(ticker.subscribe, now, () => read(null))
}

/** The same for how long nothing at all has been received of the cluster. */
export function useSilence<T extends string | number | boolean>(
  cluster: string,
  read: (silentMs: number | null) => T,
): T {
  const { clusters } = useLive()
  const now = () => {
    const sinceMs = clusters.held(cluster).pulse?.receivedAtMs ?? clusters.watchedSinceMs(cluster)
    return read(sinceMs === null ? null : Math.max(0, ticker.nowMs() - sinceMs))
  }
  return useSyncExternalStore(ticker.subscribe, now, () => read(null))
}
