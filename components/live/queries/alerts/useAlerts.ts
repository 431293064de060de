'use client'
/** Alerts of all clusters: the open ones are asked for every few seconds, those that are over page by page. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AlertIncident, AlertList } from '../../../../server/contract/alerts/incidents.ts'
import { actorNow } from '../useActor.ts'
import { alertApi } from './alertApi.ts'

const OPEN_KEY = ['alerts', 'open'] as const
const ENDED_KEY = ['alerts', 'ended'] as const
const EVERY_MS = 5_000

export interface OpenAlerts {
  /** `null` until known. */
  readonly list: AlertList | null
  readonly error: Error | null
}

export function useOpenAlerts(everyMs = EVERY_MS): OpenAlerts {
  const { data, error } = useQuery({
    queryKey: OPEN_KEY,
    queryFn: () => alertApi.list('open', null),
    refetchInterval: everyMs,
  })
  return { list: data ?? null, error }
}

export interface EndedAlerts {
  readonly alerts: readonly AlertIncident[] | null
  readonly error: Error | null
  /** Asks for older ones; `null` where there are none. */
  readonly more: (() => void) | null
}

export function useEndedAlerts(): EndedAlerts {
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ENDED_KEY,
    queryFn: ({ pageParam }) => alertApi.list('resolved', pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ before }) => before,
    refetchInterval: 2 * EVERY_MS,
  })
  return {
    alerts: data?.pages.flatMap(({ alerts }) => alerts) ?? null,
    error,
    more: hasNextPage ? () => void fetchNextPage() : null,
  }
}

export interface Acknowledging {
  readonly acknowledge: (note: string) => void
  readonly pending: boolean
  readonly refused: Error | null
}

export function useAcknowledge(id: string): Acknowledging {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (note: string) => alertApi.acknowledge(id, { as: actorNow(), ...(note === '' ? {} : { note }) }),
    onSettled: () => client.invalidateQueries({ queryKey: OPEN_KEY }),
  })
  return { acknowledge: mutate, pending: isPending, refused: error }
}
