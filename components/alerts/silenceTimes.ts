/** Until when somebody silences: the usual choices, by this browser's clock. Pure. */

const HOUR_MS = 3_600_000
/** Somebody looks again then. */
const MORNING = 8

export interface SilenceTime {
  readonly label: string
  readonly untilMs: number
}

/** The next eight o'clock, by local time. */
export function nextMorningMs(nowMs: number): number {
  const at = new Date(nowMs)
  const days = at.getHours() < MORNING ? 0 : 1
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, MORNING).getTime()
}

export function silenceTimes(nowMs: number): SilenceTime[] {
  return [
    { label: '1 hour', untilMs: nowMs + HOUR_MS },
    { label: '4 hours', untilMs: nowMs + 4 * HOUR_MS },
    { label: 'until 8 in the morning', untilMs: nextMorningMs(nowMs) },
    { label: '7 days', untilMs: nowMs + 168 * HOUR_MS },
  ]
}

/** As `<input type="datetime-local">` takes and gives it. */
export function localText(atMs: number): string {
  const at = new Date(atMs)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** `null`: no time at all. */
export function localMs(text: string): number | null {
  const atMs = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? new Date(text).getTime() : Number.NaN
  return Number.isFinite(atMs) ? atMs : null
}
