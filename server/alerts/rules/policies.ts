/** For how long each rule must hold before it rings, and be gone before it is over, where the configuration says nothing else. */
import type { AlertRule, RulePolicies, RulePolicy } from '../../contract/alerts/rules.ts'

const after = (forSeconds: number, clearSeconds: number): RulePolicy => ({
  forMs: forSeconds * 1000,
  clearMs: clearSeconds * 1000,
  severity: null,
  enabled: true,
})

/**
 * An election takes a second or two, five where votes split, and the old leader is missed for 1.5 fetch timeouts before it:
 * 15 s without a leader are no election. A restart of a controller takes less than a minute.
 */
export const DEFAULT_POLICIES: RulePolicies = {
  'no-leader': after(15, 10),
  'margin-low': after(60, 30),
  'voter-silent': after(60, 30),
  'voter-lagging': after(120, 60),
  elections: after(0, 300),
  'change-stuck': after(60, 10),
  'second-quorum': after(5, 60),
  'ghost-observer': after(120, 60),
  leftovers: after(600, 60),
  'even-voters': after(600, 60),
  'fewer-voters': after(60, 30),
  'rack-without-voter': after(60, 30),
  'watermark-fell': after(0, 10),
  'observation-lost': after(30, 10),
  'run-waits': after(600, 5),
  'glass-broken': after(0, 0),
  'certificate-expires': after(60, 60),
}

export interface PolicyChange {
  forSeconds?: number | undefined
  clearSeconds?: number | undefined
  severity?: RulePolicy['severity'] | undefined
  enabled?: boolean | undefined
}

export function policiesWith(changes: Readonly<Partial<Record<AlertRule, PolicyChange | undefined>>>): RulePolicies {
  const rules = Object.entries(DEFAULT_POLICIES) as [AlertRule, RulePolicy][]
  return Object.fromEntries(
    rules.map(([rule, policy]) => {
      const { forSeconds, clearSeconds, severity, enabled } = changes[rule] ?? {}
      return [
        rule,
        {
          forMs: forSeconds === undefined ? policy.forMs : forSeconds * 1000,
          clearMs: clearSeconds === undefined ? policy.clearMs : clearSeconds * 1000,
          severity: severity ?? policy.severity,
          enabled: enabled ?? policy.enabled,
        },
      ]
    }),
  ) as RulePolicies
}
