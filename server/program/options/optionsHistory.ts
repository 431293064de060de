/** `history` of quorumdeck.yaml: how long what is kept, and how large the file of it may be. */
import * as z from 'zod/mini'
import { DEFAULT_RETENTION, type Retention } from '../../history/samples/tiers.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MEGABYTE = 1024 ** 2

const whole = (min: number, max: number) => z.optional(z.int().check(z.minimum(min), z.maximum(max)))

export const HistoryInFile = z.strictObject({
  /** Points of one second; 6 hours. */
  secondsKeptHours: whole(1, 168),
  /** Points of ten seconds; 7 days. */
  tenSecondsKeptDays: whole(1, 90),
  /** Points of a minute, events, and what stood when; 90 days. */
  minutesKeptDays: whole(1, 1000),
  /** Of the file of all clusters; 4096. */
  maxMegabytes: whole(16, 1_000_000),
})

export function retentionOf(inFile: z.infer<typeof HistoryInFile> | undefined): Retention {
  const { secondsKeptHours, tenSecondsKeptDays, minutesKeptDays, maxMegabytes } = inFile ?? {}
  const { secondsKeptMs, tenSecondsKeptMs, minutesKeptMs, maxBytes } = DEFAULT_RETENTION
  return {
    secondsKeptMs: secondsKeptHours === undefined ? secondsKeptMs : secondsKeptHours * HOUR_MS,
    tenSecondsKeptMs: tenSecondsKeptDays === undefined ? tenSecondsKeptMs : tenSecondsKeptDays * DAY_MS,
    minutesKeptMs: minutesKeptDays === undefined ? minutesKeptMs : minutesKeptDays * DAY_MS,
    maxBytes: maxMegabytes === undefined ? maxBytes : maxMegabytes * MEGABYTE,
  }
}
