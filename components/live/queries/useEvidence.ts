'use client'
/** Everything that was kept of a run, as it stands now. */
import { useQuery } from '@tanstack/react-query'
import type { Evidence } from '../../../server/contract/workflows.ts'
import { evidenceKey } from './queryKeys.ts'
import { workflowApi } from './workflowApi.ts'

export function useEvidence(id: string): { readonly evidence: Evidence | null; readonly error: Error | null } {
  const query = useQuery({ queryKey: evidenceKey(id), queryFn: () => workflowApi.evidence(id), staleTime: 0 })
  return { evidence: query.data ?? null, error: query.error }
}
