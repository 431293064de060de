'use client'
/** All runs of a cluster: those that have ended are asked for, the others come live. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { WorkflowSummary } from '../../../server/contract/workflows.ts'
import { useLiveCluster } from '../useLiveCluster.ts'
import { runsKey } from './queryKeys.ts'
import { workflowApi } from './workflowApi.ts'

export interface Runs {
  readonly active: readonly WorkflowSummary[]
  /** Newest first; `null` until known. */
  readonly ended: readonly WorkflowSummary[] | null
  /** Runs of Kafka clusters that no name stands for now. */
  readonly unwatched: readonly WorkflowSummary[]
  /** Why this server cannot change the quorum; `null` where it can, or while that is not known. */
  readonly unavailable: string | null
  readonly error: Error | null
}

export function useWorkflows(cluster: string): Runs {
  const { workflows: active } = useLiveCluster(cluster)
  const { data, error, refetch } = useQuery({
    queryKey: runsKey(cluster),
    queryFn: () => workflowApi.list(cluster),
    staleTime: 0,
  })
  // A run that is no longer among the active ones has ended.
  const ids = active.map((one) => one.id).join()
  const before = useRef(ids)
  useEffect(() => {
    if (before.current === ids) return
    before.current = ids
    void refetch()
  }, [ids, refetch])
  const ended = data?.workflows
    .filter((one) => one.endedAtMs !== null)
    .sort((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0))
  const { unwatched = [], unavailable = null } = data ?? {}
  return { active, ended: ended ?? null, unwatched, unavailable, error }
}
