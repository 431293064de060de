/** The candidate's lag over time as a line in a box. Pure. */
import type { CatchUp } from '../../../../server/contract/workflows.ts'

export const lagBox = { width: 300, height: 96, top: 14, bottom: 4 } as const

export interface LagLine {
  /** Of a `polyline`; empty with fewer than two points. */
  readonly points: string
  /** Where the window without a break began; `null` where that is not in the picture. */
  readonly nearZeroX: number | null
  readonly highest: number
  readonly spanMs: number
}

/** A flat line of a few records is no mountain: the scale ends at ten records at least. */
const LEAST_HIGHEST = 10

export function lagLine({ trail, nearZeroMs }: Pick<CatchUp, 'trail' | 'nearZeroMs'>): LagLine {
  const firstMs = trail[0]?.[0] ?? 0
  const lastMs = trail.at(-1)?.[0] ?? 0
  const spanMs = lastMs - firstMs
  const highest = trail.reduce((high, [, lag]) => Math.max(high, lag), LEAST_HIGHEST)
  if (trail.length < 2 || spanMs <= 0) return { points: '', nearZeroX: null, highest, spanMs: 0 }
  const x = (atMs: number) => ((atMs - firstMs) / spanMs) * lagBox.width
  const room = lagBox.height - lagBox.top - lagBox.bottom
  const y = (lag: number) => lagBox.top + room * (1 - lag / highest)
  const round = (value: number) => Math.round(value * 10) / 10
  const points = trail.map(([atMs, lag]) => `${round(x(atMs))},${round(y(lag))}`).join(' ')
  const sinceMs = lastMs - nearZeroMs
  const nearZeroX = nearZeroMs > 0 && sinceMs > firstMs ? round(x(sinceMs)) : null
  return { points, nearZeroX, highest, spanMs }
}
