/** Numbers and times as people read them. Fixed in width where they tick. Pure. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `0.3 s`, `63 s`, `12 min`, `5 h 02 min`, `4 d 2 h`. Tenths while they matter, never a wrong precision. */
export function formatAge(ageMs: number): string {
  const ms = Math.max(0, ageMs)
  if (ms < 9_950) return `${(ms / SECOND).toFixed(1)} s`
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${String(Math.floor((ms % HOUR) / MINUTE)).padStart(2, '0')} min`
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`
}

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
