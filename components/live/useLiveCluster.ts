'use client'
/** One cluster as the websocket tells it, and whether that may be believed. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { type LiveCluster, nothingYet, observationAgeMs } from './clusterState.ts'
import { type Freshness, freshness } from './freshness.ts'
import { useLive } from './LiveProvider.tsx'
import type { Connection } from './liveSocket.ts'
import { liveKey } from './queries/queryKeys.ts'
import { ticker } from './ticker.ts'

/** Watches the cluster for as long as the component is there. */
export function useLiveCluster(cluster: string): LiveCluster {
  const { socket } = useLive()
  useEffect(() => socket.watch(cluster), [socket, cluster])
  const { data } = useQuery<LiveCluster>({ queryKey: liveKey(cluster), enabled: false, staleTime: Infinity })
  return data ?? nothingYet
}

export function useConnection(): Connection {
  const { socket } = useLive()
  return useSyncExternalStore(socket.subscribe, socket.connection, socket.connection)
}

export function useFreshness(cluster: string, intervalMs: number): Freshness {
  const { socket } = useLive()
  const read = (): Freshness => {
    const watchedSinceMs = socket.watchedSinceMs(cluster)
    if (watchedSinceMs === null) return 'waiting'
    return freshness({
      nowMs: ticker.nowMs(),
      visibleSinceMs: ticker.visibleSinceMs(),
      watchedSinceMs,
      pulse: socket.pulse(cluster),
      intervalMs,
      heartbeatMs: socket.connection().heartbeatMs,
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
  const { socket } = useLive()
  const now = () => read(observationAgeMs(socket.pulse(cluster), ticker.nowMs()))
  return useSyncExternalStore(ticker.subscribe, now, () => read(null))
}

/** The same for how long nothing at all has been heard of the cluster. */
export function useSilence<T extends string | number | boolean>(
  cluster: string,
  read: (silentMs: number | null) => T,
): T {
  const { socket } = useLive()
  const now = () => {
    const sinceMs = socket.pulse(cluster)?.heardAtMs ?? socket.watchedSinceMs(cluster)
    return read(sinceMs === null ? null : Math.max(0, ticker.nowMs() - sinceMs))
  }
  return useSyncExternalStore(ticker.subscribe, now, () => read(null))
}
