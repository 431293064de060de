'use client'
/**
 * One run. It is asked for once, which gives its cluster; then the websocket carries it on with live gates. Answers of
 * commands go into the query cache; the newer of the two is shown.
 */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { useLive } from '../LiveProvider.tsx'
import { useShownCluster } from '../useLiveCluster.ts'
import { runKey } from './queryKeys.ts'
import { workflowApi } from './workflowApi.ts'
import { newerRun } from './workflowRuns.ts'

export interface FollowedRun {
  readonly run: Workflow | null
  readonly error: Error | null
  readonly again: () => void
}

/** Takes in a run from HTTP; an older one changes nothing. */
export function learnRun(client: QueryClient, run: Workflow): void {
  client.setQueryData<Workflow>(runKey(run.id), (held) => newerRun(held, run))
}

export function useWorkflow(id: string): FollowedRun {
  const client = useQueryClient()
  const { clusters } = useLive()
  const asked = useQuery({
    queryKey: runKey(id),
    queryFn: async () => newerRun(client.getQueryData<Workflow>(runKey(id)), await workflowApi.get(id)),
    staleTime: Infinity,
    structuralSharing: false,
  })
  const cluster = asked.data?.cluster ?? null
  const live = useShownCluster(cluster ?? '')
  useEffect(() => {
    if (cluster === null) return
    const unwatch = clusters.watch(cluster)
    const unfollow = clusters.follow(cluster, id)
    return () => {
      unfollow()
      unwatch()
    }
  }, [clusters, cluster, id])
  const heard = live.followed?.id === id ? live.followed : null
  const told = asked.data ?? null
  const run = heard === null ? told : told === null ? heard : newerRun(told, heard)
  // It ended while nobody listened: its last state is there for the asking.
  const endedUnheard =
    run !== null && run.endedAtMs === null && live.link !== null && !live.workflows.some((one) => one.id === id)
  useEffect(() => {
    if (endedUnheard) void client.invalidateQueries({ queryKey: runKey(id) })
  }, [endedUnheard, client, id])
  return { run, error: asked.error, again: () => void asked.refetch() }
}
