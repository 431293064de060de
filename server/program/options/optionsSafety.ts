/** `safety` of quorumdeck.yaml: the figures that the rules of guided changes use, for all clusters and for one. */
import * as z from 'zod/mini'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../workflows/run/thresholds.ts'

const whole = (min: number, max: number) => z.optional(z.int().check(z.minimum(min), z.maximum(max)))

export const Safety = z.strictObject({
  /** Highest lag of a candidate that counts as near zero, in records. */
  lagRecords: whole(0, 1000),
  /** How long a candidate must be near zero without a break. */
  windowSeconds: whole(1, 600),
  /** How long whoever carries a margin must have been healthy without a break. */
  healthySeconds: whole(1, 600),
  /** How long the quorum must be steady after the last change. */
  soakSeconds: whole(1, 3600),
})
export type Safety = z.infer<typeof Safety>

/** What `safety` says, over what held before. */
export function thresholdsOf(safety: Safety | undefined, before: Thresholds = DEFAULT_THRESHOLDS): Thresholds {
  const { lagRecords, windowSeconds, healthySeconds, soakSeconds } = safety ?? {}
  return {
    ...before,
    lagRecords: lagRecords ?? before.lagRecords,
    windowMs: windowSeconds === undefined ? before.windowMs : windowSeconds * 1000,
    healthyMs: healthySeconds === undefined ? before.healthyMs : healthySeconds * 1000,
    soakMs: soakSeconds === undefined ? before.soakMs : soakSeconds * 1000,
  }
}
