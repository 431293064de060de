/**
 * What an organisation asks for before its quorum is changed: a second person, and an allowed time. Of every step that acts,
 * where the cluster has such rules. Pure.
 */
import type { Gate } from '../../contract/workflows.ts'
import type { Facts } from '../run/facts.ts'
import { windowText } from '../run/permission/changeRules.ts'
import { changeRulesOf, type Missing, needsApproval } from '../run/permission/permission.ts'
import type { Run } from '../run/run.ts'
import { gate, type Rule } from './gate.ts'

/** Of the gate on time. */
export const CHANGE_TIME = 'change-time'

const SOURCE = 'changeRules of this cluster in quorumdeck.yaml'

function approved({ approval }: Run, missing: string | null): Gate {
  const rule: Rule = {
    code: 'approved',
    title: 'A second person has approved this plan',
    required: 'an approval of this plan by somebody who neither asked for it nor drives it',
    why: 'Whoever is deep in a change overlooks what somebody else sees at once. An approval holds for this plan on these voters alone.',
    source: SOURCE,
  }
  return gate(rule, {
    ok: missing === null,
    observed: missing ?? `approved by ${approval?.by.name}`,
    remedy:
      'Ask somebody with the right to approve to open this run. Where nobody can be reached: break the glass, with a reason.',
    waiting: true,
  })
}

function allowedTime(facts: Facts, missing: string | null): Gate {
  const { windows } = changeRulesOf(facts)
  const rule: Rule = {
    code: 'change-time',
    title: 'Changes may begin at this time',
    required: windows.length === 0 ? 'no freeze' : `no freeze, and within ${windows.map(windowText).join('; ')}`,
    why: 'Outside of it nobody is prepared for what may follow. A change that has begun goes on: to stop it half-way is no safer.',
    source: SOURCE,
  }
  return gate(rule, {
    ok: missing === null,
    observed: missing ?? 'allowed now',
    remedy: 'Wait for the next window. Where it cannot wait: break the glass, with a reason.',
    waiting: true,
  })
}

/** Those that the rules of the cluster ask for, and no others. */
export function permissionGates(run: Run, facts: Facts, missing: Missing): Gate[] {
  const rules = changeRulesOf(facts)
  const isTimed = rules.windows.length > 0 || rules.freezes.length > 0 || rules.readOnly === true
  return [
    ...(needsApproval(run, rules) ? [approved(run, missing.approval)] : []),
    ...(isTimed ? [allowedTime(facts, missing.time)] : []),
  ]
}
