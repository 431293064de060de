'use client'
/** Tells the others who looks at this page, as long as it is there. A wall tells nothing. */
import { useEffect } from 'react'
import type { Page } from '../../server/contract/room/presence.ts'
import { useLive } from './LiveProvider.tsx'
import { useActor } from './queries/useActor.ts'

export function useHere(cluster: string, page: Page, run: string | null): void {
  const { clusters } = useLive()
  const as = useActor()
  useEffect(() => {
    if (as === null) return
    return clusters.tellHere(cluster, { as, page, run })
  }, [clusters, cluster, as, page, run])
}
