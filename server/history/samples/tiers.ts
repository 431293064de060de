/** How fine what is kept is, and for how long. Pure. */

export interface Tier {
  /** Width of a point, in ms. Each is a multiple of the one before. */
  stepMs: number
  /** How long points of this width are kept, in ms. */
  keptMs: number
}

/** Points of one block: what is written, read and dropped as one. */
export const BLOCK_POINTS = 60

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface Retention {
  secondsKeptMs: number
  tenSecondsKeptMs: number
  minutesKeptMs: number
  /** Of the file of all clusters. */
  maxBytes: number
}

export const DEFAULT_RETENTION: Retention = {
  secondsKeptMs: 6 * HOUR,
  tenSecondsKeptMs: 7 * DAY,
  minutesKeptMs: 90 * DAY,
  maxBytes: 4 * 1024 ** 3,
}

/** Finest first. Points of ten minutes are kept beside those of one, so that a chart of months reads a tenth of them. */
export function tiersOf({ secondsKeptMs, tenSecondsKeptMs, minutesKeptMs }: Retention): Tier[] {
  return [
    { stepMs: SECOND, keptMs: secondsKeptMs },
    { stepMs: 10 * SECOND, keptMs: tenSecondsKeptMs },
    { stepMs: MINUTE, keptMs: minutesKeptMs },
    { stepMs: 10 * MINUTE, keptMs: minutesKeptMs },
  ]
}

/** Begin of the block of this tier that holds the moment. */
export function blockStart(atMs: number, stepMs: number): number {
  const spanMs = stepMs * BLOCK_POINTS
  return Math.floor(atMs / spanMs) * spanMs
}

/**
 * The coarsest tier whose points are no wider than `stepMs` and reach back to `fromMs`; where none does both, the finest that
 * reaches back, and where none reaches back, the one that reaches furthest.
 */
export function tierFor(tiers: readonly Tier[], stepMs: number, fromMs: number, nowMs: number): Tier | null {
  const reaching = tiers.filter(({ keptMs }) => nowMs - keptMs <= fromMs)
  const fitting = reaching.filter((tier) => tier.stepMs <= stepMs)
  return fitting.at(-1) ?? reaching[0] ?? tiers.at(-1) ?? null
}
