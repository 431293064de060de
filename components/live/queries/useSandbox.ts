'use client'
/** The hosts of a sandbox cluster, and what can be done to them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DiskReport } from '../../../server/contract/diskReport.ts'
import type { SandboxAction, SandboxState } from '../../../server/contract/sandbox.ts'
import { api } from './api.ts'
import { sandboxKey } from './queryKeys.ts'

export interface Sandbox {
  readonly state: SandboxState | null
  readonly error: Error | null
  /** What is being done now. */
  readonly doing: SandboxAction | null
  /** Why the last click did nothing. */
  readonly refused: Error | null
  readonly act: (action: SandboxAction) => void
}

export function useSandbox(cluster: string): Sandbox {
  const client = useQueryClient()
  const query = useQuery({
    queryKey: sandboxKey(cluster),
    queryFn: () => api.sandbox(cluster),
    refetchInterval: 2_000,
  })
  const action = useMutation({
    mutationFn: (wanted: SandboxAction) => api.act(cluster, wanted),
    onMutate: () => client.cancelQueries({ queryKey: sandboxKey(cluster) }),
    onSuccess: (state) => client.setQueryData(sandboxKey(cluster), state),
    onSettled: () => client.invalidateQueries({ queryKey: sandboxKey(cluster) }),
  })
  return {
    state: query.data ?? null,
    error: query.error,
    doing: action.isPending ? action.variables : null,
    refused: action.error,
    act: action.mutate,
  }
}

/** What `quorumdeck disk inspect` would report of every host of a sandbox, taken at a click. */
export function useSandboxDisks(
  cluster: string,
  onTaken: (reports: readonly DiskReport[]) => void,
): { readonly take: () => void; readonly taking: boolean; readonly failed: Error | null } {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.sandboxDisks(cluster),
    onSuccess: ({ reports }) => onTaken(reports),
  })
  return { take: () => mutate(), taking: isPending, failed: error }
}
