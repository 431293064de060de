'use client'
/** Planning a new quorum, taking the plan along, and watching what becomes of it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BootstrapPlan, BootstrapRequest, Formation, WatchPlan } from '../../../server/contract/bootstrap.ts'
import { Refusal } from '../../../server/contract/errors.ts'
import { bootstrapApi } from './bootstrapApi.ts'
import { clustersKey, formationKey } from './queryKeys.ts'

const AGAIN_MS = 2_000

export interface Planning {
  readonly make: (request: BootstrapRequest) => void
  readonly pending: boolean
  readonly refused: Error | null
}

export function useMakePlan(made: (plan: BootstrapPlan) => void): Planning {
  const { mutate, isPending, error } = useMutation({ mutationFn: bootstrapApi.plan, onSuccess: made })
  return { make: mutate, pending: isPending, refused: error }
}

/** Hands the archive to the browser as a download. */
export function useArchive(): { take: (request: BootstrapRequest) => void; pending: boolean; failed: Error | null } {
  const { mutate, isPending, error } = useMutation({
    mutationFn: bootstrapApi.archive,
    onSuccess: (blob, { name }) => {
      const url = URL.createObjectURL(blob)
      const link = document.createElement('a')
      link.href = url
      link.download = `${
        name
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .replace(/^-+|-+$/g, '') || 'kafka-cluster'
      }.tar.gz`
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    },
  })
  return { take: mutate, pending: isPending, failed: error }
}

export function useWatchPlan(begun: (cluster: string) => void): {
  watch: (wanted: WatchPlan) => void
  pending: boolean
  refused: Error | null
} {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: bootstrapApi.watch,
    onSuccess: async ({ cluster }) => {
      await client.invalidateQueries({ queryKey: clustersKey })
      begun(cluster)
    },
  })
  return { watch: mutate, pending: isPending, refused: error }
}

export interface FormationState {
  readonly formation: Formation | null
  readonly error: Error | null
  /** The newest answer is missing: what is shown is from before. */
  readonly stale: boolean
}

export function useFormation(cluster: string): FormationState {
  const { data, error, isError } = useQuery({
    queryKey: formationKey(cluster),
    queryFn: () => bootstrapApi.formation(cluster),
    refetchInterval: ({ state }) => (state.error instanceof Refusal && state.error.status === 404 ? false : AGAIN_MS),
    retry: false,
    staleTime: 0,
  })
  return { formation: data ?? null, error, stale: isError && data !== undefined }
}

export function useForget(
  cluster: string,
  gone: () => void,
): { forget: () => void; pending: boolean; refused: Error | null } {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => bootstrapApi.forget(cluster),
    onSuccess: async () => {
      gone()
      await client.invalidateQueries({ queryKey: clustersKey })
    },
  })
  return { forget: mutate, pending: isPending, refused: error }
}
