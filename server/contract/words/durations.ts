/** Times in words: how old, how long, how long yet. The only place that does it, for server and browser. Pure. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const pad = (count: number): string => String(count).padStart(2, '0')

/** An age, which ticks: never older than it is, tenths while they matter. `0.3 s`, `63 s`, `12 min`, `5 h 02 min`, `4 d 2 h`. */
export function formatAge(ageMs: number): string {
  const ms = Math.max(0, ageMs)
  if (ms < 9_950) return `${(ms / SECOND).toFixed(1)} s`
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${pad(Math.floor((ms % HOUR) / MINUTE))} min`
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`
}

/** How long something took. `0.8 s`, `12 s`, `3 min 05 s`, `1 h 04 min`. */
export function took(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / SECOND).toFixed(1)} s`
  const rounded = Math.round(ms / SECOND)
  if (rounded < 60) return `${rounded} s`
  if (rounded < 3_600) return `${Math.floor(rounded / 60)} min ${pad(rounded % 60)} s`
  return `${Math.floor(rounded / 3_600)} h ${pad(Math.floor((rounded % 3_600) / 60))} min`
}

/** The same in whole seconds, for a column of figures. `74 s`, `2 min 17 s`. */
export function tookWhole(ms: number): string {
  const rounded = Math.round(ms / SECOND)
  return rounded < 120 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${pad(rounded % 60)} s`
}

/** When something will be possible. `in about 3 s`, `in about 2 min`. */
export function soon(ms: number): string {
  const left = Math.max(1, Math.ceil(ms / SECOND))
  return left < 120 ? `in about ${left} s` : `in about ${Math.round(left / 60)} min`
}

/** How long it will take, an estimate that is never nothing. `45 s`, `12 min`, `3 h 05 min`. */
export function timeLeftText(ms: number): string {
  const left = Math.max(1, Math.ceil(ms / SECOND))
  if (left < 120) return `${left} s`
  const minutes = Math.round(left / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** A span that is compared with another: in seconds whatever its length, with tenths below ten. `0.8 s`, `12 s`, `300 s`. */
export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / SECOND).toFixed(1)} s` : wholeSeconds(ms)
}

/** A setting or a limit, as somebody wrote it: no more digits than it has. `2 s`, `1.5 s`, `9000 s`. */
export function limitText(ms: number): string {
  return `${ms / SECOND} s`
}

/** `45 s`, rounded: for what nobody watches tick. */
export function wholeSeconds(ms: number): string {
  return `${Math.round(ms / SECOND)} s`
}

/** A round length, in its largest unit. `10 s`, `5 min`, `6 h`, `90 d`. */
export function spanText(ms: number): string {
  if (ms < MINUTE) return `${ms / SECOND} s`
  if (ms < HOUR) return `${ms / MINUTE} min`
  return ms < DAY ? `${ms / HOUR} h` : `${ms / DAY} d`
}

/** How much of a span has passed. `3.5 of 10 s`. */
export function partOfSpan(ms: number, ofMs: number): string {
  const short = (part: number) => (part / SECOND).toFixed(part % SECOND === 0 ? 0 : 1)
  return `${short(Math.min(ms, ofMs))} of ${short(ofMs)} s`
}

/** A place on an axis that ends now. `−5 min`, `now`. */
export function minutesAgo(ms: number): string {
  const minutes = Math.round(ms / MINUTE)
  return minutes === 0 ? 'now' : `−${minutes} min`
}
