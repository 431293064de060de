'use client'
/** What was: a stretch in columns, the events in it, one moment whole, and what is kept at all. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { EventKind, EventList } from '../../../server/contract/past/events.ts'
import type { History, HistoryState } from '../../../server/contract/past/history.ts'
import type { Moment } from '../../../server/contract/past/moment.ts'
import { api } from './api.ts'
import { pastKey } from './queryKeys.ts'

export interface Asked<T> {
  readonly data: T | null
  readonly error: Error | null
  /** What is shown is of the question before this one. */
  readonly isOld: boolean
}

/** @param everyMs asked for again so often; `null`: it does not change any more */
export function useHistory(
  cluster: string,
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
  everyMs: number | null,
): Asked<History> {
  return asked(
    useQuery({
      queryKey: pastKey(cluster, 'history', fromMs, toMs, stepMs),
      queryFn: () => api.longHistory(cluster, fromMs, toMs, stepMs),
      placeholderData: keepPreviousData,
      ...often(everyMs),
    }),
  )
}

export function usePastEvents(
  cluster: string,
  { fromMs, toMs, kinds, limit }: { fromMs: number; toMs: number; kinds: readonly EventKind[]; limit: number },
  everyMs: number | null,
): Asked<EventList> {
  return asked(
    useQuery({
      queryKey: pastKey(cluster, 'events', fromMs, toMs, limit, kinds.join()),
      queryFn: () => api.pastEvents(cluster, { fromMs, toMs, kinds, limit }),
      placeholderData: keepPreviousData,
      ...often(everyMs),
    }),
  )
}

export function useMoment(cluster: string, atMs: number): Asked<Moment> {
  return asked(
    useQuery({
      queryKey: pastKey(cluster, 'moment', atMs),
      queryFn: () => api.moment(cluster, atMs),
      placeholderData: keepPreviousData,
      staleTime: Infinity,
    }),
  )
}

export function useHistoryState(cluster: string): Asked<HistoryState> {
  return asked(
    useQuery({
      queryKey: pastKey(cluster, 'state'),
      queryFn: () => api.historyState(cluster),
      refetchInterval: 30_000,
    }),
  )
}

function often(everyMs: number | null) {
  return everyMs === null ? { staleTime: Infinity } : { refetchInterval: everyMs }
}

function asked<T>(query: { data: T | undefined; error: Error | null; isPlaceholderData: boolean }): Asked<T> {
  return { data: query.data ?? null, error: query.error, isOld: query.isPlaceholderData }
}
