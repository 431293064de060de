'use client'
/** A plan before it begins: rehearsed on a copy of the quorum, or taken along as a document. */
import { useMutation } from '@tanstack/react-query'
import type { RehearsalReport } from '../../../server/contract/rehearsal.ts'
import { actorNow } from './useActor.ts'
import type { Wanted } from './usePlan.ts'
import { workflowApi } from './workflowApi.ts'

export interface Rehearsing {
  readonly rehearse: (wanted: Wanted) => void
  readonly pending: boolean
  readonly report: RehearsalReport | null
  readonly refused: Error | null
}

export function useRehearsal(cluster: string): Rehearsing {
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: (wanted: Wanted) => workflowApi.rehearse(cluster, { ...wanted, as: actorNow() }),
  })
  return { rehearse: mutate, pending: isPending, report: data ?? null, refused: error }
}

/** Hands the document to the browser as a download. */
export function usePlanRunbook(cluster: string): {
  take: (wanted: Wanted) => void
  pending: boolean
  failed: Error | null
} {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: Wanted) => workflowApi.planRunbook(cluster, wanted),
    onSuccess: (text, { kind }) => {
      const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }))
      const link = document.createElement('a')
      link.href = url
      link.download = `runbook-${cluster}-${kind}.md`
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    },
  })
  return { take: mutate, pending: isPending, failed: error }
}
