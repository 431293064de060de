/** A run as every screen and script sees it: the rules of its steps on the facts of now, in words. Pure. */

import type { Permission } from '../../../contract/runs/permission.ts'
import type {
  Gate,
  HostCommand,
  StepState,
  Workflow,
  WorkflowState,
  WorkflowStep,
  WorkflowSummary,
} from '../../../contract/workflows.ts'
import { handOver, MOVE } from '../../moves/handOver.ts'
import { moveProgress } from '../../moves/moveFigures.ts'
import type { Facts } from '../../run/facts.ts'
import { partOfKey } from '../../run/partKeys.ts'
import { changeRulesOf, isAct, missingOf, needsApproval, voidReason } from '../../run/permission/permission.ts'
import { approvalDigest } from '../../run/permission/planDigest.ts'
import { phaseOf } from '../../run/phase.ts'
import type { Run } from '../../run/run.ts'
import {
  allOk,
  changeOf,
  isSending,
  plannedChangeOf,
  proofOf,
  type StatementRule,
  type StepRule,
} from '../../run/step.ts'
import { idsText } from '../../run/voterSet.ts'
import { CLEAN, hasSet } from '../../wizards/debt.ts'
import { GOAL } from '../../wizards/goalStep.ts'
import { focusOf, stepsAhead } from '../../wizards/parts.ts'
import { projected } from '../../wizards/projected.ts'
import { allowedCommands, executeCommand, isActing } from './allowed.ts'
import { counterfactual } from './counterfactual.ts'
import { catchUpOf, marginsOf, possibleInMs } from './figures.ts'
import { noticesOf } from './notices.ts'
import { currentStep, type Standing, standingOf, wizardOf } from './progress.ts'

const MAX_LOG = 100

function intentUnknown({ intent }: Run): boolean {
  if (intent === null || intent.outcome === null) return false
  return intent.outcome.kind !== 'answered' || intent.outcome.errorCode !== 0
}

function stepState(run: Run, rule: StepRule, current: StepRule | null): StepState {
  if (run.done[rule.key] !== undefined) return 'done'
  if (run.outcome !== null) return 'skipped'
  if (rule !== current) return 'pending'
  if (run.intent?.step === rule.key) return run.intent.outcome === null ? 'executing' : 'verifying'
  if (rule.kind === 'host') return 'awaiting-operator'
  if (isActing(run, rule)) return 'executing'
  if (!isSending(rule)) return 'verifying'
  if (rule.kind === 'change' && rule.execute === 'never') return 'awaiting-operator'
  return allOk(rule.gates) ? 'ready' : 'checking'
}

/** Nobody could type it when the document was written. */
function notYet(command: HostCommand): HostCommand {
  const note = 'Not everything that it needs held when this was written: first check what must hold.'
  return { ...command, note: command.note === '' ? note : `${note} ${command.note}` }
}

/** What a step on a host brings about, and all that a step looks at which does nothing or is proven as it stands. */
function doneWhen(rule: StepRule): string[] {
  const { gates } = rule
  const begins = rule.kind === 'part' && rule.begins !== null
  const does = isSending(rule) || begins || plannedChangeOf(rule) !== null
  const before = rule.kind === 'host' ? rule.hostGates : does && proofOf(rule) === null ? gates : []
  return gates.map((g) => g.code).filter((code) => !before.some((g) => g.code === code))
}

/** Before a second person has agreed no command is given away, on paper neither. */
function isApprovedOrUnasked({ gates }: StepRule): boolean {
  return gates.every(({ code, ok }) => ok || code !== 'approved')
}

/** @param onPaper with all that the step may need, whether it may be done now or not */
function workflowStep(run: Run, rule: StepRule, current: StepRule | null, onPaper = false): WorkflowStep {
  const done = run.done[rule.key]
  const isCurrent = rule === current
  const { key, title, group, commands, lookingFor } = rule
  const configs = rule.kind === 'host' ? rule.configs : []
  const rewordings = run.notes.filter((n) => n.step === key)
  return {
    key,
    title,
    group,
    detail: done === undefined ? rule.detail : done.text,
    actor: rule.kind === 'host' ? 'operator' : 'server',
    state: stepState(run, rule, current),
    // Of a step that is over, the gates as they were are in the evidence; live ones would mislead.
    gates: done === undefined && run.outcome === null ? rule.gates : [],
    doneWhen: done === undefined && run.outcome === null ? doneWhen(rule) : [],
    commands:
      done !== undefined || run.outcome !== null
        ? []
        : !rule.withheld
          ? commands
          : onPaper && isApprovedOrUnasked(rule)
            ? commands.map(notYet)
            : [],
    // Of the step that is going on alone: what a node reports of itself moves until its turn comes.
    configs: isCurrent || (done === undefined && (onPaper || run.revision === 0)) ? configs : [],
    lookingFor,
    evidence: [
      ...rewordings.map(({ atMs, actor: who, text }) => ({ atMs, text: `${who}: ${text}` })),
      ...(done === undefined || rewordings.some((n) => n.text === done.text)
        ? []
        : [{ atMs: done.atMs, text: done.text }]),
    ],
    startedAtMs: isCurrent ? run.stepSinceMs : null,
    endedAtMs: done?.atMs ?? null,
  }
}

/** What the rules of the cluster ask for before this step may be done, in words; `null`: nothing more. */
function deniedText({ run, facts, steps }: Standing, current: StepRule): string | null {
  if (!isAct(current.kind)) return null
  const { approval, time } = missingOf(run, facts, steps)
  if (approval !== null) return `Waiting for approval. ${approval}`
  return time === null ? null : `Waiting for a time at which changes may begin. ${time}.`
}

function stateOf(standing: Standing, current: StepRule | null): WorkflowState {
  const { run, facts } = standing
  if (run.revision === 0) return 'planned'
  if (run.outcome !== null) return run.outcome
  if (facts.elsewhere !== undefined) return 'waiting'
  const phase = phaseOf(run)
  if (phase === 'drifted') return 'pausedDrift'
  if (phase === 'sent') return intentUnknown(run) ? 'outcomeUnknown' : 'running'
  if (phase === 'parked') return 'waiting'
  if (current === null) return 'running'
  if (deniedText(standing, current) !== null) return 'waiting'
  if (current.kind === 'host') {
    return hardOf(current, current.hostGates).length > 0 ? 'blocked' : facts.hostsBusy ? 'running' : 'waiting'
  }
  if (hardOf(current, current.gates).length > 0) return 'blocked'
  if (statementNeeded(current) !== null) return 'waiting'
  return awaitsCommand(run, current) ? 'waiting' : 'running'
}

/** Gates that neither time nor a statement that is offered makes pass. */
function hardOf({ statements }: StepRule, gates: readonly Gate[]): Gate[] {
  const lifted = new Set(statements.flatMap(({ lifts = [] }) => lifts))
  return gates.filter((g) => !g.ok && !g.waiting && !lifted.has(g.code))
}

/** The statement without which a gate does not hold, where nothing else stands in the way for good. */
function statementNeeded(step: StepRule): StatementRule | null {
  if (hardOf(step, step.gates).length > 0) return null
  const missing = new Set(step.gates.filter((g) => !g.ok && !g.waiting).map((g) => g.code))
  return step.statements.find(({ lifts = [] }) => lifts.some((code) => missing.has(code))) ?? null
}

/** Only a person's command is missing. */
function awaitsCommand(run: Run, step: StepRule): boolean {
  if (!isSending(step) || (step.kind === 'change' && step.execute !== 'click')) return false
  return allOk(step.gates) && !isActing(run, step)
}

function nowText(standing: Standing, current: StepRule | null): string {
  const { run, facts } = standing
  if (run.outcome === 'done') return 'Done.'
  if (run.outcome === 'aborted') {
    if (run.undo !== null) return 'Taken back.'
    if (run.done[CLEAN.configs] !== undefined) return 'Ended before it was done, and cleaned up.'
    return hasSet(run)
      ? 'Ended before it was done. Check whether anything that it set is still in place.'
      : 'Ended before it was done.'
  }
  if (facts.elsewhere !== undefined) {
    const other =
      facts.elsewhere === '' ? '' : ` The name “${run.cluster}” now belongs to another one, ${facts.elsewhere}.`
    return `Waits until the Kafka cluster ${run.clusterId} is watched again.${other}`
  }
  if (run.drift !== null) {
    return `Paused: the voters are ${idsText(run.drift.seen)}, not ${idsText(run.expected)}. Somebody else changed them.`
  }
  if (run.intent !== null) {
    const what = `${run.intent.change.kind === 'add' ? 'adding' : 'removing'} controller ${run.intent.change.nodeId}`
    return intentUnknown(run)
      ? `The outcome of ${what} is not known yet. Nothing is sent again until the quorum proves it.`
      : `Sent: ${what}. Waiting until the quorum proves it.`
  }
  if (run.parked !== null) return `Parked: ${run.parked.reason}`
  if (current === null) return 'All steps are done.'
  if (facts.hostsBusy) return 'The sandbox is working.'
  const denied = deniedText(standing, current)
  if (denied !== null) return denied
  const missing = current.gates.filter((g) => !g.ok)
  const [first] = missing.toSorted((a, b) => Number(a.waiting) - Number(b.waiting))
  const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
  if (current.kind === 'host') return `Waiting for you: ${lowered(current.title)}.`
  // Without moving figures: this is a headline. They stand beside the gates.
  const low = lowered(first?.title ?? '')
  const statement = statementNeeded(current)
  if (statement !== null) return `Waiting for your statement: “${statement.confirmation.statement}”.`
  if (first !== undefined) return first.waiting ? `Waiting until ${low}.` : `Blocked until ${low}.`
  if (isActing(run, current)) return 'Sent. Waiting for the answer and for the cluster to show the result.'
  if (awaitsCommand(run, current)) return 'All gates hold. Waiting for you to go on.'
  return current.kind === 'change' && current.execute === 'never' && current.change !== null
    ? 'Waiting until the controller does it by itself.'
    : `${current.title}.`
}

function nextOf({ run, facts, steps }: Standing, current: StepRule | null): Workflow['next'] {
  if (current === null || run.outcome !== null || run.intent !== null || run.drift !== null || run.parked !== null)
    return null
  const missing = current.gates.filter((g) => !g.ok)
  if (missing.length === 0) return null
  // The catch-up step has no action of its own: what it leads to is the next change.
  const sending = isSending(current) ? current : steps.find((s) => run.done[s.key] === undefined && isSending(s))
  const execute = sending === undefined ? null : executeCommand(sending, facts)
  if (execute === null || current.kind === 'host') return null
  return {
    label: execute.label,
    does: execute.does,
    equivalent: execute.equivalent,
    blockedBy: missing.map((g) => g.code),
    possibleInMs: possibleInMs(missing, run, facts),
  }
}

/** `null` where no rule of its cluster is about it, and once it has ended without one. */
function permissionOf({ run, facts, steps }: Standing): Permission | null {
  const { approval, brokenGlass } = run
  const needs = needsApproval(run, changeRulesOf(facts))
  const missing = run.outcome === null ? missingOf(run, facts, steps) : { approval: null, time: null }
  const texts = [missing.approval, missing.time].filter((why) => why !== null)
  if (!needs && approval === undefined && brokenGlass === undefined && texts.length === 0) return null
  return {
    needsApproval: needs,
    requestedBy: [...new Map((run.drivers ?? [run.driver]).map(({ id, name }) => [id, { id, name }])).values()],
    digest: approvalDigest(run),
    approval:
      approval === undefined
        ? null
        : {
            by: approval.by.name,
            atMs: approval.atMs,
            untilMs: approval.untilMs,
            void: run.outcome === null ? voidReason(run, facts) : approval.void,
          },
    brokenGlass:
      brokenGlass === undefined
        ? null
        : { by: brokenGlass.by.name, atMs: brokenGlass.atMs, reason: brokenGlass.reason },
    missing: texts,
  }
}

function handOverOf(run: Run, facts: Facts): Workflow['handOver'] {
  return run.plan.drain === undefined || run.outcome !== null || run.done[MOVE] !== undefined
    ? null
    : handOver(run, facts)
}

/** The step that is going on; none in a run that has ended. */
function goingOnIn({ run, current }: Standing): StepRule | null {
  return run.outcome === null ? current : null
}

export function summarize(standing: Standing): WorkflowSummary {
  const { run, steps } = standing
  const current = goingOnIn(standing)
  const at = current === null ? steps.length : steps.indexOf(current) + 1
  return {
    id: run.id,
    kind: run.kind,
    cluster: run.cluster,
    title: wizardOf(run.kind).title(run),
    state: stateOf(standing, current),
    now: nowText(standing, current),
    revision: run.revision,
    step: at,
    steps: steps.length,
    stepTitle: current?.title ?? '',
    driver: run.driver,
    startedAtMs: run.startedAtMs,
    endedAtMs: run.endedAtMs,
    ...disturbance(run),
    ...(run.brokenGlass === undefined
      ? {}
      : { brokenGlass: { by: run.brokenGlass.by.name, reason: run.brokenGlass.reason } }),
  }
}

/** The node of the part that is under way: what befalls it, and it alone, is the doing of the run. */
function disturbance(run: Run): Pick<WorkflowSummary, 'disturbs'> {
  if (run.outcome !== null || run.parked !== null || run.drift !== null || run.plan.recovery !== undefined) return {}
  const { plan, params } = focusOf(run)
  const nodeId = plan.target?.nodeId ?? params.nodeId ?? plan.candidate?.nodeId
  return nodeId === undefined ? {} : { disturbs: [nodeId] }
}

/** The same as a document needs it: every part as far as it can be planned, every command of what is left. */
export function describeOnPaper(standing: Standing): Workflow {
  const { run, facts } = standing
  const isProjected = run.undo === null && run.plan.parts === undefined
  const now = isProjected ? projected(run, (of) => standingOf(of, facts).steps) : standing.steps
  const [first, last] = [
    now.filter((s) => partOfKey(s.key) === null && s.key !== GOAL),
    now.filter((s) => s.key === GOAL),
  ]
  const steps = run.undo === null ? [...first, ...stepsAhead(run, facts), ...last] : now
  const current = run.outcome === null ? currentStep(run, steps) : null
  return { ...describeRun(standing), steps: steps.map((rule) => workflowStep(run, rule, current, true)) }
}

/** One that has ended, with what it still owes on the cluster of now: its steps and words are those of its end. */
export function describeLeft(ended: Standing, now: Standing): Workflow {
  return {
    ...describeRun(ended),
    allowedCommands: allowedCommands(now),
    notices: noticesOf(now.run, null, now.facts),
  }
}

export function describeRun(standing: Standing): Workflow {
  const { run, facts, steps } = standing
  const current = goingOnIn(standing)
  const { id, kind, cluster, clusterId, params, reason, revision, driver, startedAtMs, endedAtMs, parked } = run
  return {
    id,
    kind,
    cluster,
    clusterId,
    title: wizardOf(kind).title(run),
    params,
    reason,
    state: stateOf(standing, current),
    now: nowText(standing, current),
    revision,
    driver,
    startedAtMs,
    endedAtMs,
    permission: permissionOf(standing),
    parked: parked === null ? null : { by: parked.by, reason: parked.reason, atMs: parked.atMs },
    steps: steps.map((rule) => workflowStep(run, rule, current)),
    currentStep: current?.key ?? null,
    allowedCommands: run.revision === 0 ? [] : allowedCommands(standing),
    next: nextOf(standing, current),
    margins: marginsOf(standing),
    counterfactual: run.outcome === null ? counterfactual(facts, current === null ? null : changeOf(current)) : null,
    candidates: current?.choices ?? [],
    catchUp: catchUpOf(run, facts),
    moves: moveProgress(focusOf(run), facts),
    handOver: handOverOf(focusOf(run), facts),
    recovery: run.plan.recovery ?? null,
    notices: noticesOf(run, current, facts),
    log: run.notes
      .slice(-MAX_LOG)
      .reverse()
      .map(({ atMs, actor, text }) => ({ atMs, actor, text })),
  }
}
