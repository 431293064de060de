'use client'
/**
 * One run. It is asked for once, which tells its cluster; then the websocket carries it on with live gates, in the cache
 * entry that only the websocket writes. Answers of commands go into the entry of HTTP; the newer of the two is shown.
 */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Workflow } from '../../../server/contract/workflows.ts'
import type { LiveCluster } from '../clusterState.ts'
import { useLive } from '../LiveProvider.tsx'
import { liveKey, runKey } from './queryKeys.ts'
import { workflowApi } from './workflowApi.ts'
import { newerRun } from './workflowRuns.ts'

export interface FollowedRun {
  readonly run: Workflow | null
  readonly error: Error | null
  readonly again: () => void
}

/** Takes in a run that HTTP told; an older one changes nothing. */
export function learnRun(client: QueryClient, run: Workflow): void {
  client.setQueryData<Workflow>(runKey(run.id), (held) => newerRun(held, run))
}

export function useWorkflow(id: string): FollowedRun {
  const client = useQueryClient()
  const { socket } = useLive()
  const asked = useQuery({
    queryKey: runKey(id),
    queryFn: async () => newerRun(client.getQueryData<Workflow>(runKey(id)), await workflowApi.get(id)),
    staleTime: Infinity,
    structuralSharing: false,
  })
  const cluster = asked.data?.cluster ?? null
  const { data: live } = useQuery<LiveCluster>({
    queryKey: liveKey(cluster ?? ''),
    enabled: false,
    staleTime: Infinity,
  })
  useEffect(() => {
    if (cluster === null) return
    const unwatch = socket.watch(cluster)
    const unfollow = socket.follow(cluster, id)
    return () => {
      unfollow()
      unwatch()
    }
  }, [socket, cluster, id])
  const heard = live?.followed?.id === id ? live.followed : null
  const told = asked.data ?? null
  const run = heard === null ? told : told === null ? heard : newerRun(told, heard)
  // It ended while nobody listened: its last words are there for the asking.
  const endedUnheard =
    run !== null && run.endedAtMs === null && live?.link != null && !live.workflows.some((one) => one.id === id)
  useEffect(() => {
    if (endedUnheard) void client.invalidateQueries({ queryKey: runKey(id) })
  }, [endedUnheard, client, id])
  return { run, error: asked.error, again: () => void asked.refetch() }
}
