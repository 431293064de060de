/** Stretches of time as they stand in an address, and how fine they are drawn. */
import { zoned } from '../../kit/words/zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** It ends now, and goes on with the time. */
  readonly isLive: boolean
}

export const PRESETS = [
  { name: '15 min', ms: 15 * MINUTE },
  { name: '1 h', ms: HOUR },
  { name: '6 h', ms: 6 * HOUR },
  { name: '24 h', ms: DAY },
  { name: '7 d', ms: 7 * DAY },
  { name: '90 d', ms: 90 * DAY },
] as const

const DEFAULT_MS = HOUR
const SHORTEST_MS = 10_000
/** More points nobody can tell apart, and no browser draws quickly. */
const POINTS = 360
const STEPS = [1000, 5000, 10_000, 30_000, MINUTE, 5 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR]

/** `last` is a length in ms that ends now; `from` and `to` a stretch that stands. Whatever is no time falls back on the last hour. */
export function spanOf(
  { last, from, to }: { last: string | null; from: string | null; to: string | null },
  nowMs: number,
): Span {
  const [fromMs, toMs] = [whole(from), whole(to)]
  if (fromMs !== null && toMs !== null && toMs - fromMs >= SHORTEST_MS) return { fromMs, toMs, isLive: false }
  const ms = Math.max(SHORTEST_MS, whole(last) ?? DEFAULT_MS)
  const step = stepOf(ms)
  // Whole steps: the same question for as long as a step lasts.
  const endMs = Math.ceil(nowMs / step) * step
  return { fromMs: endMs - ms, toMs: endMs, isLive: true }
}

function whole(text: string | null): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null
  return Number(text)
}

/** Of a point, in ms. */
export function stepOf(spanMs: number): number {
  return STEPS.find((step) => spanMs / step <= POINTS) ?? DAY
}

export function addressOf(cluster: string, span: Span | { readonly lastMs: number }): string {
  const path = `/clusters/${encodeURIComponent(cluster)}/history`
  return 'lastMs' in span ? `${path}?last=${span.lastMs}` : `${path}?from=${span.fromMs}&to=${span.toMs}`
}

export function momentAddress(cluster: string, atMs: number): string {
  return `/clusters/${encodeURIComponent(cluster)}?at=${Math.round(atMs)}`
}

/** Half of it earlier or later; never into the future. */
export function shifted(span: Span, direction: -1 | 1, nowMs: number): Span {
  const half = Math.round((span.toMs - span.fromMs) / 2)
  const toMs = Math.min(nowMs, span.toMs + direction * half)
  return { fromMs: toMs - (span.toMs - span.fromMs), toMs, isLive: false }
}

/** Twice as long around the same middle; never into the future. */
export function widened(span: Span, nowMs: number): Span {
  const half = Math.round((span.toMs - span.fromMs) / 2)
  const toMs = Math.min(nowMs, span.toMs + half)
  return { fromMs: toMs - 4 * half, toMs, isLive: false }
}

const clock = zoned({ hour: '2-digit', minute: '2-digit' })
const seconds = zoned({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = zoned({ day: 'numeric', month: 'short' })
const full = zoned({
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** A place on the axis of a stretch, in the zone that is shown. */
export function tickText(atMs: number, spanMs: number): string {
  const at = new Date(atMs)
  if (spanMs <= 5 * MINUTE) return seconds(at)
  if (spanMs <= DAY) return clock(at)
  return spanMs <= 3 * DAY ? `${day(at)} ${clock(at)}` : day(at)
}

/** `Sun, 29 Nov 2026, 03:12:07`, in the zone that is shown. */
export function momentText(atMs: number): string {
  return full(new Date(atMs))
}
