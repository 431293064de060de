/** For tests: rules ring and end soon, so that nobody waits for minutes. */
import { DEFAULT_POLICIES } from '../../alerts/rules/policies.ts'
import type { AlertRule, RulePolicies, RulePolicy } from '../../contract/alerts/rules.ts'

/** @param only these rules; all if left out */
export function quickPolicies(only: readonly AlertRule[] | null = null, forMs = 300): RulePolicies {
  const rules = Object.entries(DEFAULT_POLICIES) as [AlertRule, RulePolicy][]
  return Object.fromEntries(
    rules.map(([rule, policy]) => [
      rule,
      { ...policy, forMs, clearMs: forMs, enabled: only === null || only.includes(rule) },
    ]),
  ) as RulePolicies
}
