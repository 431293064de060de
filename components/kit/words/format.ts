/** Numbers and times as people read them. Fixed in width where they tick. */
import { zoned } from './zone.ts'

const grouped = new Intl.NumberFormat('en-US')

/** Offsets and counts; `null` is a dash, never a zero. */
export function formatCount(count: number | null): string {
  return count === null ? '–' : grouped.format(count)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** First and last characters of a directory id: enough to tell two apart, short enough for a row. */
export function shortId(id: string): string {
  return id.length > 13 ? `${id.slice(0, 8)}…${id.slice(-3)}` : id
}

const DAY = 86_400_000

const clock = zoned({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
const weekday = zoned({ weekday: 'short', hour: '2-digit', minute: '2-digit' })
const date = zoned({ day: '2-digit', month: 'short', year: 'numeric' })

/** Time of day, local or UTC as it was chosen; with the weekday when it was not today, the date when it was not this week. */
export function formatMoment(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  if (date(at) === date(new Date(nowMs))) return clock(at)
  if (Math.abs(nowMs - atMs) < 6 * DAY) return weekday(at).replace(',', '')
  return date(at)
}

/** `14:05:09 UTC`. */
export function formatUtc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`
}
