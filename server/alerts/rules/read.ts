/** Every rule on what is seen of one cluster at one moment. Pure. */
import type { AlertRule } from '../../contract/alerts/rules.ts'
import type { Condition, Reading, Rule, Seen } from './condition.ts'
import { evenVoters, fewerVoters, glassBroken, rackWithoutVoter, runWaits } from './expectationRules.ts'
import { certificateExpires, ghostObserver, leftovers, secondQuorum, watermarkFell } from './findingRules.ts'
import {
  changeStuck,
  elections,
  marginLow,
  noLeader,
  observationLost,
  voterLagging,
  voterSilent,
} from './quorumRules.ts'

const RULES: Readonly<Record<AlertRule, Rule>> = {
  'no-leader': noLeader,
  'margin-low': marginLow,
  'voter-silent': voterSilent,
  'voter-lagging': voterLagging,
  elections,
  'change-stuck': changeStuck,
  'second-quorum': secondQuorum,
  'ghost-observer': ghostObserver,
  leftovers,
  'even-voters': evenVoters,
  'fewer-voters': fewerVoters,
  'rack-without-voter': rackWithoutVoter,
  'watermark-fell': watermarkFell,
  'observation-lost': observationLost,
  'run-waits': runWaits,
  'glass-broken': glassBroken,
  'certificate-expires': certificateExpires,
}
const ENTRIES = Object.entries(RULES) as [AlertRule, Rule][]

export function readRules(seen: Seen): Reading {
  const conditions: Condition[] = []
  const unknown = new Set<AlertRule>()
  for (const [rule, judge] of ENTRIES) {
    const judged = judge(seen)
    if (judged === 'unknown') unknown.add(rule)
    else for (const condition of judged) conditions.push(condition)
  }
  return { conditions, unknown }
}
