/** Whether a run may act by the rules of its cluster: approved by a second person, and at an allowed time. Pure. */
import { isPersonId } from '../../../contract/session.ts'
import type { WorkflowKind } from '../../../contract/workflows.ts'
import type { Facts } from '../facts.ts'
import type { Run } from '../run.ts'
import type { StepRule } from '../step.ts'
import { type ChangeRules, isInWindow, NO_CHANGE_RULES } from './changeRules.ts'
import { planDigest } from './planDigest.ts'

/** A wall clock that was set back by more than this makes an approval void: nobody knows how old it is, in ms. */
const CLOCK_TOLERANCE_MS = 60_000

export function changeRulesOf({ thresholds }: Pick<Facts, 'thresholds'>): ChangeRules {
  return thresholds.changeRules ?? NO_CHANGE_RULES
}

/** To take back what was done, nobody is waited for: it leads to the quorum that was there before. */
function takesBack({ undo, cleaning }: Run): boolean {
  return undo !== null || cleaning !== undefined
}

export function needsApproval(run: Pick<Run, 'kind'>, { approvedKinds }: ChangeRules): boolean {
  return approvedKinds.some((kind: WorkflowKind) => kind === run.kind)
}

/** Ids of those who asked for it or have driven it. */
export function driversOf(run: Run): readonly string[] {
  return (run.drivers ?? [run.driver]).map(({ id }) => id)
}

/** Whoever shares a token, or names themselves, could be the second person, too. */
export const UNPROVEN =
  'It was asked for, or driven, by somebody who has not signed in by name. Begin it anew, signed in by name.'

/** Why the approval of this run does not count; `null`: it counts. */
export function voidReason(run: Run, { nowMs, barred }: Pick<Facts, 'nowMs' | 'barred'>): string | null {
  const { approval } = run
  if (!driversOf(run).every(isPersonId)) return UNPROVEN
  if (approval === undefined) return 'Nobody has approved this plan.'
  if (approval.void !== null) return approval.void
  if (approval.plan !== planDigest(run)) return 'The plan was changed after it was approved.'
  if (driversOf(run).includes(approval.by.id)) return `${approval.by.name} approved it and has driven it since.`
  if (approval.by.id === barred) return `${approval.by.name}, who approved it, may not approve here any more.`
  if (nowMs >= approval.untilMs) return 'The approval has expired.'
  if (nowMs < approval.atMs - CLOCK_TOLERANCE_MS) return 'The clock was set back after it was approved.'
  return null
}

/** Why nothing may begin at this time; `null`: it may. */
export function closedReason({ windows, freezes, alsoWithin = [] }: ChangeRules, nowMs: number): string | null {
  const freeze = freezes.find(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs)
  if (freeze !== undefined) return `Frozen until ${new Date(freeze.toMs).toISOString()}: ${freeze.reason}`
  const sets = [windows, ...alsoWithin].filter((set) => set.length > 0)
  if (sets.every((set) => set.some((window) => isInWindow(window, nowMs)))) return null
  return 'Outside of every change window'
}

/** Somebody does something; the others look at what is there. */
export function isAct(kind: StepRule['kind']): boolean {
  return kind === 'host' || kind === 'change' || kind === 'request'
}

/** Something was done already: an interrupted change is no safer than one that goes on. */
function hasActed({ intent, acts, hosted, failures, done }: Run, steps: readonly Pick<StepRule, 'key' | 'kind'>[]) {
  return (
    intent !== null ||
    [acts, hosted, failures].some((of) => Object.keys(of).length > 0) ||
    steps.some(
      ({ key, kind }) => done[key] !== undefined && (kind === 'change' ? done[key].how === 'applied' : isAct(kind)),
    )
  )
}

export interface Missing {
  approval: string | null
  time: string | null
}

/** What is missing before this run may act. */
export function missingOf(run: Run, facts: Facts, steps: readonly Pick<StepRule, 'key' | 'kind'>[]): Missing {
  const rules = changeRulesOf(facts)
  if (rules.readOnly === true) return { approval: null, time: 'This Quorumdeck is read-only: it changes nothing' }
  if (run.brokenGlass !== undefined || takesBack(run)) return { approval: null, time: null }
  return {
    approval: needsApproval(run, rules) ? voidReason(run, facts) : null,
    time: hasActed(run, steps) ? null : closedReason(rules, facts.nowMs),
  }
}
