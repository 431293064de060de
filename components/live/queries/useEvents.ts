'use client'
/** What happened to a quorum: asked for once, carried on by the websocket. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import { mergeEvents } from '../eventLog.ts'
import { useLiveEvents } from '../useLiveCluster.ts'
import { api } from './api.ts'
import { eventsKey } from './queryKeys.ts'

export interface Events {
  /** Oldest first. */
  readonly events: readonly QuorumEvent[]
  readonly state: 'loading' | 'known' | 'failed'
}

export function useEvents(cluster: string): Events {
  const asked = useQuery({ queryKey: eventsKey(cluster), queryFn: () => api.events(cluster), staleTime: Infinity })
  const heard = useLiveEvents(cluster)
  const events = useMemo(() => mergeEvents(asked.data?.events ?? [], heard), [asked.data, heard])
  const state = asked.data !== undefined || events.length > 0 ? 'known' : asked.isError ? 'failed' : 'loading'
  return { events, state }
}
