/** Silences: while one matches, an alert is shown and nobody is told. */
import * as z from 'zod/mini'
import { Severity } from '../advice.ts'
import { Actor, Reason } from '../workflows.ts'
import { AlertRule } from './rules.ts'

/** Whatever is given must fit. */
export const Matchers = z.strictObject({
  cluster: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  rule: z.optional(AlertRule),
  severity: z.optional(Severity),
  nodeId: z.optional(z.int().check(z.nonnegative())),
})
export type Matchers = z.infer<typeof Matchers>

/** Nobody remembers one that is longer, in ms. */
export const MAX_SILENCE_MS = 30 * 86_400_000

export const Silence = z.object({
  id: z.string(),
  matchers: Matchers,
  fromMs: z.int(),
  /** `null`: it ends with its run. */
  untilMs: z.nullable(z.int()),
  reason: z.string(),
  createdBy: z.string(),
  /** Of a guided change that causes these alerts itself: its id; then `nodeIds` are the nodes that it stops or restarts now. */
  run: z.nullable(z.string()),
  nodeIds: z.array(z.int()),
})
export type Silence = z.infer<typeof Silence>

export const SilenceList = z.object({ silences: z.array(Silence) })
export type SilenceList = z.infer<typeof SilenceList>

export const NewSilence = z.strictObject({
  matchers: Matchers.check(
    z.refine((m) => Object.values(m).some((v) => v !== undefined), 'must name a cluster, rule, severity or node'),
  ),
  /** From now, where it is left out. */
  fromMs: z.optional(z.int().check(z.nonnegative())),
  untilMs: z.int().check(z.nonnegative()),
  reason: Reason.check(z.minLength(1)),
  as: Actor,
})
export type NewSilence = z.infer<typeof NewSilence>
