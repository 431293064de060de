'use client'
/** What this server may ask of a cluster, tried when it is looked at. */
import { useQuery } from '@tanstack/react-query'
import type { ClusterRights } from '../../../../server/contract/fleet/rights.ts'
import { rightsKey } from '../queryKeys.ts'
import { fleetApi } from './fleetApi.ts'

interface RightsSeen {
  readonly rights: ClusterRights | null
  readonly error: Error | null
  readonly busy: boolean
  readonly again: () => void
}

export function useRights(cluster: string): RightsSeen {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: rightsKey(cluster),
    queryFn: () => fleetApi.rights(cluster),
    retry: false,
    staleTime: 0,
    gcTime: 0,
    // Each look opens a connection to the cluster.
    refetchOnWindowFocus: false,
  })
  return { rights: data ?? null, error, busy: isFetching, again: () => void refetch() }
}
