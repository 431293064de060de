'use client'
/** Every cluster this server watches, asked for again and again. */
import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { ClusterList } from '../../../server/contract/clusters.ts'
import { ticker } from '../ticker.ts'
import { api } from './api.ts'
import { clustersKey } from './queryKeys.ts'

const GIVEN_UP_AFTER_MS = 2_500

export interface Clusters {
  readonly list: ClusterList | null
  /** Why there is no list, or why it is no longer asked for. */
  readonly error: Error | null
  /** On the page's own clock (`ticker`), when the list arrived. */
  readonly receivedAtMs: number
  readonly again: () => void
}

async function listNow(): Promise<{ list: ClusterList; receivedAtMs: number }> {
  const list = await api.clusters()
  return { list, receivedAtMs: ticker.advance() }
}

export function useClusters(everyMs: number): Clusters {
  const query = useQuery({
    queryKey: clustersKey,
    queryFn: listNow,
    refetchInterval: everyMs,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: 'always',
    retry: false,
  })
  return {
    list: query.data?.list ?? null,
    error: query.error,
    receivedAtMs: query.data?.receivedAtMs ?? 0,
    again: () => void query.refetch(),
  }
}

/** True once the list is older than its interval and the server's patience allow. */
export function useListStale(clusters: Clusters, everyMs: number): boolean {
  const read = () => clusters.list !== null && ticker.nowMs() - clusters.receivedAtMs > everyMs + GIVEN_UP_AFTER_MS
  return useSyncExternalStore(ticker.subscribe, read, () => false)
}

/** A text about a time that has passed since the list arrived; renders again only when the text changes. */
export function useSinceList(receivedAtMs: number, read: (sinceMs: number) => string): string {
  return useSyncExternalStore(
    ticker.subscribe,
    () => read(Math.max(0, ticker.nowMs() - receivedAtMs)),
    () => '',
  )
}
