'use client'
/** quorumdeck.yaml as it is in force, asked for again and again. */
import { useQuery } from '@tanstack/react-query'
import type { Configuration } from '../../../../server/contract/fleet/configuration.ts'
import { configurationKey } from '../queryKeys.ts'
import { fleetApi } from './fleetApi.ts'

const EVERY_MS = 5_000

/** `null` until known. */
export function useConfiguration(): Configuration | null {
  const { data } = useQuery({
    queryKey: configurationKey,
    queryFn: fleetApi.configuration,
    refetchInterval: EVERY_MS,
    retry: false,
  })
  return data ?? null
}
