'use client'
/** The plan of a change that has not begun, made anew while somebody looks at it; and the beginning itself. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Refusal } from '../../../server/contract/errors.ts'
import type { StartWorkflow, Workflow } from '../../../server/contract/workflows.ts'
import { runsKey } from './queryKeys.ts'
import { actorNow, randomHex } from './useActor.ts'
import { learnRun } from './useWorkflow.ts'
import { workflowApi } from './workflowApi.ts'

const AGAIN_MS = 2_000
/** Of a plan that carries the reports of all disks. */
const SELDOM_MS = 10_000

/** Which change, of what. */
export type Wanted = KindAndParams<StartWorkflow>
type KindAndParams<S> = S extends StartWorkflow ? Pick<S, 'kind' | 'params'> : never

export interface Planned {
  readonly plan: Workflow | null
  readonly refused: Error | null
}

/** `null`: no target yet, nothing to plan. Whatever is refused takes the place of the last plan. */
export function usePlan(cluster: string, wanted: Wanted | null): Planned {
  const query = useQuery({
    queryKey: ['plan', cluster, wanted],
    enabled: wanted !== null,
    retry: false,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: wanted !== null && 'reports' in wanted.params ? SELDOM_MS : AGAIN_MS,
    queryFn: () => {
      if (wanted === null) throw new Error('nothing to plan')
      return workflowApi.start(cluster, { ...wanted, dryRun: true, as: actorNow() })
    },
  })
  return { plan: query.error === null ? (query.data ?? null) : null, refused: query.error }
}

export interface Starting {
  readonly start: (wanted: Wanted, reason: string, preempt: boolean) => void
  readonly pending: boolean
  readonly refused: Error | null
}

export function useStart(cluster: string, begun: (run: Workflow) => void): Starting {
  const client = useQueryClient()
  // One id for one look at this page: a second click starts nothing twice. A refusal used it up.
  const [commandId, setCommandId] = useState(() => randomHex(32))
  const { mutate, isPending, error } = useMutation({
    mutationFn: (request: StartWorkflow) => workflowApi.start(cluster, request),
    retry: (count, failure) => !(failure instanceof Refusal && failure.code !== 'no-answer') && count < 3,
    retryDelay: 500,
    onSuccess: (run) => {
      learnRun(client, run)
      void client.invalidateQueries({ queryKey: runsKey(cluster) })
      begun(run)
    },
    onError: (failure) => {
      if (failure instanceof Refusal) setCommandId(randomHex(32))
    },
  })
  const start = (wanted: Wanted, reason: string, preempt: boolean) => {
    const said = reason === '' ? {} : { reason }
    const first = preempt ? { preempt } : {}
    mutate({ ...wanted, ...said, ...first, commandId, as: actorNow() })
  }
  return { start, pending: isPending, refused: error }
}
