/** What an alert can be about, and the figures that every rule goes by. */
import * as z from 'zod/mini'
import { Severity } from '../advice.ts'

/** Stable: they stand in configurations, labels and silences. */
export const AlertRule = z.enum([
  'no-leader',
  'margin-low',
  'voter-silent',
  'voter-lagging',
  'elections',
  'change-stuck',
  'second-quorum',
  'ghost-observer',
  'leftovers',
  'even-voters',
  'fewer-voters',
  'rack-without-voter',
  'watermark-fell',
  'observation-lost',
  'run-waits',
  'glass-broken',
  'certificate-expires',
])
export type AlertRule = z.infer<typeof AlertRule>

export const RulePolicy = z.object({
  /** It must hold for this long without a break before it rings. */
  forMs: z.int(),
  /** It must be gone for this long without a break before it counts as over. */
  clearMs: z.int(),
  /** `null`: as grave as the rule itself says. */
  severity: z.nullable(Severity),
  enabled: z.boolean(),
})
export type RulePolicy = z.infer<typeof RulePolicy>
export type RulePolicies = Readonly<Record<AlertRule, RulePolicy>>

/** What an operator expects of one cluster. */
export interface Expectations {
  /** How many voters there should be; `null`: any number. */
  voters: number | null
  maxElectionsPerHour: number | null
  /** Voters that each rack should hold at least; empty: nothing is expected. */
  racks: ReadonlyMap<string, number>
}

export const NOTHING_EXPECTED: Expectations = { voters: null, maxElectionsPerHour: null, racks: new Map() }
