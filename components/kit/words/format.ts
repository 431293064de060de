/** Numbers and times as people read them. Fixed in width where they tick. Pure. */

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

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })
const date = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' })

/** Local time of day; with the weekday when it was not today, the date when it was not this week. */
export function formatMoment(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  if (at.toDateString() === new Date(nowMs).toDateString()) return clock.format(at)
  if (Math.abs(nowMs - atMs) < 6 * DAY) return weekday.format(at).replace(',', '')
  return date.format(at)
}

/** `14:05:09 UTC`. */
export function formatUtc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`
}
