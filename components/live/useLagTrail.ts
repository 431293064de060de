'use client'
/** The last minute or quarter of an hour of every replica's lag: the server's history first, then what comes live. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useLive } from './LiveProvider.tsx'
import { type LagFrame, LagTrail } from './lagTrail.ts'
import { MINUTE, QUARTER_HOUR } from './lagTrails.ts'
import { api } from './queries/api.ts'
import { useStandstill } from './standstill.ts'

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
  const standsStill = useStandstill()
  const history = useQuery({
    queryKey: ['history', cluster, which, ...(standsStill ? [nowMs] : [])],
    enabled: nowMs !== null,
    staleTime: Infinity,
    queryFn: () => api.history(cluster, (nowMs ?? 0) - spanMs, nowMs ?? 0, stepMs),
  })
  const seeded = useRef<unknown>(null)
  useEffect(() => {
    if (history.data === undefined || standsStill || seeded.current === history.data) return
    seeded.current = history.data
    trail.seed(history.data)
  }, [history.data, trail, standsStill])
  const past = useMemo(() => {
    if (!standsStill || history.data === undefined) return none
    const alone = new LagTrail(stepMs, spanMs)
    alone.seed(history.data)
    return alone.frames()
  }, [standsStill, history.data, stepMs, spanMs])
  const live = useSyncExternalStore(trail.subscribe, trail.frames, () => none)
  return standsStill ? past : live
}
