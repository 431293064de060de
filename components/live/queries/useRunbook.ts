'use client'
/** A document in Markdown, as the server writes it at this moment. It is asked for once: paper does not move. */
import { useQuery } from '@tanstack/react-query'
import type { ManualRecoveryName } from '../../../server/contract/workflows.ts'
import { runbookKey } from './queryKeys.ts'
import type { Wanted } from './usePlan.ts'
import { workflowApi } from './workflowApi.ts'

export type RunbookOf =
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'plan'; readonly cluster: string; readonly wanted: Wanted }
  | { readonly kind: 'off-path'; readonly cluster: string; readonly name: ManualRecoveryName }

function ask(of: RunbookOf): Promise<string> {
  switch (of.kind) {
    case 'run':
      return workflowApi.runbook(of.id)
    case 'plan':
      return workflowApi.planRunbook(of.cluster, of.wanted)
    case 'off-path':
      return workflowApi.manualRecovery(of.cluster, of.name)
    default:
      return of satisfies never
  }
}

/** @param of `null`: nothing is wanted yet */
export function useRunbook(of: RunbookOf | null): { readonly text: string | null; readonly error: Error | null } {
  const query = useQuery({
    queryKey: runbookKey(of),
    enabled: of !== null,
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
    queryFn: () => {
      if (of === null) throw new Error('no document is wanted')
      return ask(of)
    },
  })
  return { text: query.data ?? null, error: query.error }
}
