'use client'
/** How a cluster is reached: read, tested, written down. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AddCluster, ClusterSettings, EditCluster } from '../../../../server/contract/fleet/clusterSettings.ts'
import type { ConnectionTest } from '../../../../server/contract/fleet/connectionTest.ts'
import { clustersKey, settingsKey } from '../queryKeys.ts'
import { fleetApi } from './fleetApi.ts'

export function useSettings(cluster: string): { settings: ClusterSettings | null; error: Error | null } {
  const { data, error } = useQuery({
    queryKey: settingsKey(cluster),
    queryFn: () => fleetApi.settings(cluster),
    retry: false,
    staleTime: 0,
    gcTime: 0,
    // What somebody is typing is not to be overtaken by what is written down.
    refetchOnWindowFocus: false,
  })
  return { settings: data ?? null, error }
}

export interface Asked<T> {
  readonly ask: (wanted: T) => void
  readonly busy: boolean
  readonly refused: Error | null
}

export function useAddCluster(added: (settings: ClusterSettings) => void): Asked<AddCluster> {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: fleetApi.add,
    onSuccess: async (settings) => {
      await client.invalidateQueries({ queryKey: clustersKey })
      added(settings)
    },
  })
  return { ask: mutate, busy: isPending, refused: error }
}

export function useEditCluster(cluster: string, edited: () => void): Asked<EditCluster> {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (change: EditCluster) => fleetApi.edit(cluster, change),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: clustersKey })
      edited()
    },
  })
  return { ask: mutate, busy: isPending, refused: error }
}

export interface Testing<T> extends Asked<T> {
  readonly result: ConnectionTest | null
}

export function useConnectionTest(): Testing<AddCluster> {
  const { mutate, isPending, error, data } = useMutation({ mutationFn: fleetApi.test, gcTime: 0 })
  return { ask: mutate, busy: isPending, refused: error, result: data ?? null }
}

/** Of one that is watched, as it is written down. */
export function useWatchedTest(): Testing<string> {
  const { mutate, isPending, error, data } = useMutation({ mutationFn: fleetApi.testWatched, gcTime: 0 })
  return { ask: mutate, busy: isPending, refused: error, result: data ?? null }
}
