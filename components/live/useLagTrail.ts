'use client'
/** The last minute or quarter of an hour of every replica's lag: the server's history first, then what comes live. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { useLive } from './LiveProvider.tsx'
import type { LagFrame } from './lagTrail.ts'
import { MINUTE, QUARTER_HOUR } from './lagTrails.ts'
import { api } from './queries/api.ts'

const none: readonly LagFrame[] = []

/** `nowMs` is the server's wall clock in the first view; `null` before there is one. */
export function useLagTrail(
  cluster: string,
  which: 'minute' | 'quarterHour',
  nowMs: number | null,
): readonly LagFrame[] {
  const { trails } = useLive()
  const trail = trails.of(cluster)[which]
  const { stepMs, spanMs } = which === 'minute' ? MINUTE : QUARTER_HOUR
  const history = useQuery({
    queryKey: ['history', cluster, which],
    enabled: nowMs !== null,
    staleTime: Infinity,
    queryFn: () => api.history(cluster, (nowMs ?? 0) - spanMs, nowMs ?? 0, stepMs),
  })
  const seeded = useRef<unknown>(null)
  useEffect(() => {
    if (history.data === undefined || seeded.current === history.data) return
    seeded.current = history.data
    trail.seed(history.data)
  }, [history.data, trail])
  return useSyncExternalStore(trail.subscribe, trail.frames, () => none)
}
