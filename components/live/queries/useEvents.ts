'use client'
/** What happened to a quorum: asked for once, carried on by the websocket. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { QuorumEvent } from '../../../server/contract/events.ts'
import { mergeEvents } from '../eventLog.ts'
import { api } from './api.ts'
import { eventsKey, liveEventsKey } from './queryKeys.ts'

export interface Events {
  /** Oldest first. */
  readonly events: readonly QuorumEvent[]
  readonly state: 'loading' | 'known' | 'failed'
}

export function useEvents(cluster: string): Events {
  const asked = useQuery({ queryKey: eventsKey(cluster), queryFn: () => api.events(cluster), staleTime: Infinity })
  const heard = useQuery<readonly QuorumEvent[]>({ queryKey: liveEventsKey(cluster), enabled: false })
  const events = useMemo(() => mergeEvents(asked.data?.events ?? [], heard.data ?? []), [asked.data, heard.data])
  const state = asked.data !== undefined || events.length > 0 ? 'known' : asked.isError ? 'failed' : 'loading'
  return { events, state }
}
