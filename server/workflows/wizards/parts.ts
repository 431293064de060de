/**
 * Runs that change more than one thing are made of parts, each a wizard of its own, planned when its turn comes: the
 * quorum is another one by then. One part is under way at a time, so never more than one member is pending. Pure.
 */

import { votersOf } from '../../contract/voters.ts'
import type { Gate } from '../../contract/workflows.ts'
import { gate } from '../gates/gate.ts'
import { observationFresh, votersAsExpected } from '../gates/quorum/quorumGates.ts'
import type { Facts } from '../run/facts.ts'
import { keyInRun, ofPart, partOfKey, restartedIn, withPart } from '../run/partKeys.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import type { Part, PartKind, Plan, Run, RunParams } from '../run/run.ts'
import { type Continued, type PartWizard, partStep, type StepRule } from '../run/step.ts'
import { voterKeys } from '../run/voterSet.ts'
import { isListYoung } from '../run/windows/silence.ts'
import { leaderWatchedMs } from '../run/windows/track.ts'
import { addController } from './addController/addController.ts'
import { bootstrapServers } from './bootstrapServers/bootstrapServers.ts'
import { drain } from './drain/drain.ts'
import { factsAfter } from './factsAhead.ts'
import { projected } from './projected.ts'
import { removeController } from './removeController/removeController.ts'
import { hasLeft, restartNode } from './rollingRestart/restartNode.ts'
import { planRefusals } from './startRefusals.ts'
import { unregisterBroker } from './unregisterBroker/unregisterBroker.ts'

const WIZARDS: Readonly<Record<PartKind, PartWizard>> = {
  'add-controller': addController,
  'remove-controller': removeController,
  'restart-node': restartNode,
  'bootstrap-servers': bootstrapServers,
  drain,
  'unregister-broker': unregisterBroker,
}

/** @param title for people, until the part itself has one */
export function part(kind: PartKind, title: string, params: RunParams = {}): Part {
  return { kind, title, params, plan: null }
}

/** The run as a part of it sees it: with its own plan, and what was done and said in it. */
export function partRun(run: Run, index: number): Run {
  const own = run.plan.parts?.[index]
  if (own === undefined || own.plan === null) throw new Error(`part ${index} of run ${run.id} has not begun`)
  const { lastFailure } = run
  return {
    ...run,
    plan: own.plan,
    params: own.params,
    done: ofPart(run.done, index),
    statements: ofPart(run.statements, index),
    acts: ofPart(run.acts, index),
    hosted: ofPart(run.hosted, index),
    failures: ofPart(run.failures, index),
    lastFailure: lastFailure !== null && partOfKey(lastFailure.step) === index ? lastFailure : null,
  }
}

/** The part that is under way, or the run itself. */
export function focusOf(run: Run): Run {
  const begun = (run.plan.parts ?? []).findLastIndex((p) => p.plan !== null)
  return begun < 0 ? run : partRun(run, begun)
}

/** Nodes are asked for their settings as soon as a leader is found, in ms: after this, whoever has not answered will not answer. */
const SETTINGS_WITHIN_MS = 10_000

/** Right after a start of Quorumdeck it is not known whether controllers join by themselves: a removal would stop the voter first. */
function settingsComeSoon({ view, track }: Facts): boolean {
  return view?.quorum.autoJoin === null && leaderWatchedMs(track) < SETTINGS_WITHIN_MS
}

/** Makes the plan of a part on the quorum of now; where that cannot be, the gates say why. */
function planOf(run: Run, index: number, own: Part, facts: Facts): { plan: Plan | null; gates: Gate[] } {
  const rule = {
    code: 'part-can-begin',
    title: 'The next change can be planned on the quorum as it is now',
    required: 'nothing in its way',
    why: 'Each change is planned when its turn comes: what happened since the start of the run counts.',
    source: 'docs/wizards.md: one change at a time',
  }
  const basis = [observationFresh(facts), votersAsExpected(facts, run.expected)]
  if (own.kind === 'remove-controller' && settingsComeSoon(facts)) {
    const early = {
      ok: false,
      observed: 'the settings of the controllers are not read yet',
      remedy: 'Wait some seconds.',
    }
    return { plan: null, gates: [gate(rule, { ...early, waiting: true }), ...basis] }
  }
  try {
    const plan = WIZARDS[own.kind].plan(own.params, facts, run)
    const begun = { ...run, plan: withPart(run.plan, index, (p) => ({ ...p, plan })) }
    const refusals = planRefusals(partRun(begun, index), stepsOfPart(begun, index, facts), facts)
    return { plan, gates: [gate(rule, { ok: true, observed: 'planned', remedy: '' }), ...basis, ...refusals] }
  } catch (error) {
    if (!(error instanceof WorkflowRefusal)) throw error
    const { message, remedy, refusals } = error
    const waiting = error.code === 'unknown-node' && isListYoung(facts)
    return { plan: null, gates: [gate(rule, { ok: false, observed: message, remedy, waiting }), ...basis, ...refusals] }
  }
}

function beginStep(run: Run, index: number, own: Part, facts: Facts, isNext: boolean): StepRule {
  const planned = isNext ? planOf(run, index, own, facts) : { plan: null, gates: [] }
  const removal = own.kind === 'remove-controller'
  return partStep({
    part: index,
    key: keyInRun(index, 'begin'),
    title: own.title,
    group: own.title,
    detail: 'planned when its turn comes',
    gates: planned.gates,
    begins: planned.plan,
    plannedChange:
      removal || own.kind === 'add-controller'
        ? { kind: removal ? 'remove' : 'add', nodeId: own.params.nodeId ?? null }
        : null,
    lookingFor: ['The change before it done, and the quorum steady.'],
  })
}

function stepsOfPart(run: Run, index: number, facts: Facts): StepRule[] {
  const own = run.plan.parts?.[index]
  if (own === undefined) return []
  const wizard = WIZARDS[own.kind]
  const seen = partRun(run, index)
  const group = wizard.title(seen)
  return wizard.steps(seen, facts).map((rule) => ({ ...rule, key: keyInRun(index, rule.key), group }))
}

/** @param mayBegin whether all that comes before the first part is done */
export function partSteps(run: Run, facts: Facts, mayBegin = true): StepRule[] {
  const steps: StepRule[] = []
  // Only the one whose turn has come is planned: before that, it would be planned on the wrong quorum.
  let isNext = mayBegin
  for (const [index, own] of (run.plan.parts ?? []).entries()) {
    const rules = own.plan === null ? [beginStep(run, index, own, facts, isNext)] : stepsOfPart(run, index, facts)
    for (const rule of rules) steps.push(rule)
    isNext = own.plan !== null && rules.every((s) => run.done[s.key] !== undefined)
  }
  return steps
}

/** Begins the first part at once, so that a plan shows what comes next with all its gates. */
export function withFirstPart(plan: Plan, facts: Facts, run: Run | null = null): Plan {
  const first = plan.parts?.[0]
  if (first === undefined || first.plan !== null) return plan
  return withPart(plan, 0, (p) => ({ ...p, plan: WIZARDS[p.kind].plan(p.params, facts, run) }))
}

/**
 * The steps of every part, each that has not begun planned as if those before it were done: for reading ahead. Nothing is
 * done by it, and each is planned anew when its turn comes. What cannot be planned yet says why.
 */
export function stepsAhead(run: Run, facts: Facts): StepRule[] {
  let [ahead, then] = [run, facts]
  return (run.plan.parts ?? []).flatMap((own, index) => {
    if (own.plan === null) ahead = planAhead(ahead, index, own, then)
    const planned = ahead.plan.parts?.[index] ?? own
    const seen = then
    then = factsAfter(then, planned)
    return planned.plan === null
      ? [beginStep(ahead, index, own, seen, true)]
      : projected(ahead, (run) => stepsOfPart(run, index, seen))
  })
}

function planAhead(run: Run, index: number, own: Part, facts: Facts): Run {
  const expected = facts.view === null ? run.expected : voterKeys(facts.view)
  try {
    const plan = WIZARDS[own.kind].plan(own.params, facts, run)
    return { ...run, expected, plan: withPart(run.plan, index, (p) => ({ ...p, plan })) }
  } catch (error) {
    if (error instanceof WorkflowRefusal) return { ...run, expected }
    throw error
  }
}

/** Parts to come that the quorum of now still calls for: what somebody else has done meanwhile could never be begun. */
function stillCalledFor(run: Run, parts: readonly Part[], facts: Facts): Part[] {
  const { view, log } = facts
  if (view === null) return [...parts]
  const voters = new Set(votersOf(view).map((v) => v.nodeId))
  const restarted = restartedIn(run)
  const restarts = parts.filter((p) => p.kind === 'restart-node')
  const named = new Set(restarts.flatMap((p) => p.params.nodeIds ?? []))
  const left = [...named].filter((id) => !hasLeft(facts, id) && !restarted.has(id)).length
  return parts.filter((p) => {
    const { nodeId } = p.params
    switch (p.kind) {
      case 'remove-controller':
        return nodeId !== undefined && voters.has(nodeId)
      case 'add-controller':
        return nodeId === undefined || !voters.has(nodeId)
      case 'unregister-broker':
        return nodeId === undefined || log === null || log.brokers.has(nodeId)
      case 'restart-node':
        return restarts.indexOf(p) < left
      case 'bootstrap-servers':
      case 'drain':
        return true
      default:
        return p.kind satisfies never
    }
  })
}

/** The part under way goes on from where the voters are; `null` where the whole is to be planned anew. */
export function continuedPart(run: Run, facts: Facts): Continued | null {
  const parts = run.plan.parts ?? []
  const index = parts.findLastIndex((p) => p.plan !== null)
  const own = parts[index]
  if (own === undefined) return null
  const isOver = index === parts.length - 1 && partSteps(run, facts).every((s) => run.done[s.key] !== undefined)
  // Nothing is under way any more, and the goal is not reached.
  if (isOver) return null
  const continued = WIZARDS[own.kind].continued(partRun(run, index), facts)
  if (continued === null) return null
  const before = Object.keys(run.done).filter((key) => partOfKey(key) !== index)
  const begun = withPart(run.plan, index, (p) => ({ ...p, plan: continued.plan })).parts ?? []
  const later = stillCalledFor(run, parts.slice(index + 1), facts)
  return {
    plan: { ...run.plan, parts: [...begun.slice(0, index + 1), ...later] },
    kept: [...before, ...continued.kept.map((key) => keyInRun(index, key))],
  }
}
