/** What becomes of a command: a refusal, or events and at most one effect. Pure. */

import { keyText } from '../../../contract/replicaKey.ts'
import { isPersonId } from '../../../contract/session.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { Actor, AllowedCommand, WorkflowCommand } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { setBy } from '../../run/lasting.ts'
import { isOffline } from '../../run/offline.ts'
import { changeRulesOf, driversOf, missingOf, UNPROVEN } from '../../run/permission/permission.ts'
import { approvalDigest, planDigest } from '../../run/permission/planDigest.ts'
import { type ClusterAct, isHandOver, type VoterChange } from '../../run/ports.ts'
import { refusedBy, WorkflowRefusal } from '../../run/refusal.ts'
import type { Run } from '../../run/run.ts'
import { allOk, type ChangeStep, type HostAct, type RequestStep } from '../../run/step.ts'
import { cameTo, changed, goneFrom, shortId, voterKeys } from '../../run/voterSet.ts'
import { valuesBefore } from '../../wizards/debt.ts'
import { anyViewToPlanOn } from '../../wizards/planning.ts'
import { type PendingEntry, recordOf } from './advance.ts'
import { allowedCommands, debtText } from './allowed.ts'
import { type Standing, undoChange, wizardOf } from './progress.ts'

export type Effect =
  | { kind: 'change'; change: VoterChange }
  /** `gated`: the gates of the step are judged once more right before. */
  | { kind: 'act'; step: string; act: ClusterAct; gated: boolean }
  | { kind: 'hosts'; step: string; acts: HostAct[] }

export interface Decision {
  events: PendingEntry[]
  effect: Effect | null
  /** Before the events are kept, the change lock must be taken again. */
  takesLock: boolean
}

function only(...events: PendingEntry[]): Decision {
  return { events, effect: null, takesLock: false }
}

function same(allowed: AllowedCommand, given: WorkflowCommand): boolean {
  return (
    allowed.type === given.type &&
    allowed.step === given.step &&
    allowed.key === given.key &&
    allowed.nodeId === given.nodeId &&
    allowed.directoryId === given.directoryId
  )
}

/** A step in words beside its key: keys count the parts from 0, the words from 1. */
function named({ steps }: Standing, key: string): string {
  const step = steps.find((s) => s.key === key)
  if (step === undefined) return key
  return step.group === '' ? `“${step.title}” (${key})` : `“${step.title}” of “${step.group}” (${key})`
}

/** @throws WorkflowRefusal */
function refuse(at: Standing, given: WorkflowCommand, allowed: AllowedCommand[]): never {
  const { run, current: step } = at
  if (given.type === 'execute' && step !== null && given.step === step.key && run.intent === null) {
    const refusals = step.gates.filter((g) => !g.ok)
    if (refusals.length > 0) throw refusedBy(refusals)
  }
  const what = given.step === undefined ? given.type : `${given.type} of step ${named(at, given.step)}`
  throw new WorkflowRefusal(
    422,
    'not-possible-now',
    run.intent !== null
      ? `A voter change was sent and is not proven yet, so ${what} is not possible now.`
      : step !== null && given.step === step.key
        ? `${what} is not possible now: the step is the current one, and offers something else.`
        : `${what} is not possible now: the run is at step ${step === null ? '(none)' : named(at, step.key)}.`,
    `Possible now: ${allowed.map((c) => (c.step === undefined ? c.type : `${c.type} ${c.step}`)).join(', ') || 'nothing'}.`,
  )
}

/** @throws WorkflowRefusal */
function checkWords(allowed: AllowedCommand, given: WorkflowCommand): void {
  const { needsConfirmation, needsReason } = allowed
  if (needsConfirmation !== null && given.confirmation?.trim() !== needsConfirmation.statement) {
    throw new WorkflowRefusal(
      422,
      'confirmation-needed',
      `${allowed.label} must be confirmed: ${needsConfirmation.why}`,
      `Send the command again with confirmation: ${JSON.stringify(needsConfirmation.statement)}.`,
    )
  }
  if (needsReason && (given.reason ?? '') === '') {
    throw new WorkflowRefusal(422, 'reason-needed', `${allowed.label} needs a reason.`, 'Say in a few words why.')
  }
}

function intend({ run, facts }: Standing, step: ChangeStep, confirmation: string | null): Decision {
  const { change } = step
  const { view } = facts
  const { leaderEpoch: epoch = null, leaderId = null } = view?.quorum ?? {}
  if (change === null || view === null || epoch === null || leaderId === null) throw new Error('no change to intend')
  const before = run.expected
  const intent = { step: step.key, change, before, expected: changed(before, change), epoch, leaderId }
  const verb = change.kind === 'add' ? 'Adds' : 'Removes'
  const text = `${verb} controller ${change.nodeId} (${shortId(change.directoryId)}), leader ${leaderId}, epoch ${epoch}.`
  return {
    events: [{ type: 'intended', intent, confirmation, gates: step.gates, quorum: recordOf(view), text }],
    effect: { kind: 'change', change },
    takesLock: false,
  }
}

function ask(
  { run, facts }: Standing,
  step: RequestStep,
  act: ClusterAct,
  confirmation: string | null,
  gated = true,
): Decision {
  const { view } = facts
  if (view === null) throw new Error('no view to act on')
  const acting: PendingEntry = {
    type: 'acting',
    step: step.key,
    act,
    ...(setBy(act).length === 0 ? {} : { before: valuesBefore(act, facts, run) }),
    confirmation,
    gates: step.gates,
    quorum: recordOf(view),
    text: `${gated ? step.label : 'Cancels what is going on'}: sent to ${isHandOver(act) ? `Cruise Control, ${facts.cruiseControl?.address}` : `the leader, ${view.quorum.leaderId}`}.`,
  }
  return { events: [acting], effect: { kind: 'act', step: step.key, act, gated }, takesLock: false }
}

/** The change of an automatic step, on a fresh read. `null` where a gate does not hold any more. */
export function decideAutomatic(at: Standing, stepKey: string): Decision | null {
  const { run } = at
  if (run.outcome !== null || run.intent !== null || run.parked !== null || run.drift !== null) return null
  const step = at.current
  if (step?.kind !== 'change' || step.key !== stepKey || step.execute !== 'automatic' || !allOk(step.gates)) return null
  return intend(at, step, null)
}

function replanned(run: Run, facts: Facts): PendingEntry {
  const wizard = wizardOf(run.kind)
  // While nobody leads there are no other voters to plan on.
  const expected = isOffline(run) ? [...run.expected] : voterKeys(anyViewToPlanOn(facts))
  // What is left to be cleaned up needs no plan.
  const isCleaning = run.cleaning !== undefined
  const continued = isCleaning ? { plan: run.plan, kept: Object.keys(run.done) } : wizard.continued(run, facts)
  if (continued !== null && facts.view !== null) {
    const quorum = recordOf(facts.view)
    return { type: 'replanned', ...continued, expected, quorum, text: 'Goes on from the voters as they are now.' }
  }
  const plan = wizard.plan(run.params, facts, run)
  const { view } = facts
  if (view === null) throw new Error('a plan was made without a view')
  const known = run.plan.candidate
  const listed = known !== null && view.replicas.some((r) => keyText(r) === keyText(known))
  const isVoter = known !== null && votersOf(view).some((r) => keyText(r) === keyText(known))
  const gone = goneFrom(run.plan, view)
  const came = cameTo(run.plan, view)
  const candidate = listed && !isVoter && run.kind === 'add-controller' ? known : plan.candidate
  return {
    type: 'replanned',
    plan: { ...plan, candidate, ...(gone.length === 0 ? {} : { gone }), ...(came.length === 0 ? {} : { came }) },
    kept: [],
    expected,
    quorum: recordOf(view),
    text: 'Planned anew on the voters as they are now.',
  }
}

/** Nothing is done for a run that is parked: it goes on first. */
function goingOn({ parked }: Run): PendingEntry[] {
  return parked === null ? [] : [{ type: 'resumed', text: 'Goes on.' }]
}

/** A run that has ended is taken up for one thing: to take back what it has left. @throws WorkflowRefusal */
function takenUp(at: Standing, given: WorkflowCommand): Decision {
  const { run, facts } = at
  const found = allowedCommands(at).find((c) => same(c, given))
  if (found === undefined) {
    const { view, log, ageMs } = facts
    const isSeen = view !== null && log !== null && ageMs !== null && facts.elsewhere === undefined
    const isCleaning = given.type === 'clean-up' && run.outcome === 'aborted'
    throw new WorkflowRefusal(
      409,
      'run-ended',
      !isCleaning
        ? `This run has ended (${run.outcome}).`
        : isSeen
          ? 'This run has ended, and nothing that it has set stands on the cluster now.'
          : 'This run has ended, and what it has set cannot be seen now: its cluster, with its metadata log, must be followed for that.',
      isCleaning && !isSeen ? 'Look at the page of the cluster for what is in the way.' : 'Start a new one.',
    )
  }
  checkWords(found, given)
  const reason = given.reason ?? ''
  return only({ type: 'cleaning', reason, text: `Cleans up what this run has left: ${reason}` })
}

/** What somebody may say who does not drive. */
const OF_OTHERS: ReadonlySet<WorkflowCommand['type']> = new Set(['take-over', 'approve', 'withdraw-approval'])

/** @throws WorkflowRefusal */
function approve({ run, facts }: Standing, actor: Actor): Decision {
  if (driversOf(run).includes(actor.id)) {
    throw new WorkflowRefusal(
      422,
      'own-plan',
      `${actor.name} has asked for this run or has driven it, and cannot approve it.`,
      'Somebody else must: send them the address of this page.',
    )
  }
  if (!driversOf(run).every(isPersonId)) {
    throw new WorkflowRefusal(422, 'asked-by-nobody', UNPROVEN, 'Abort this run, and begin it anew signed in by name.')
  }
  const untilMs = facts.nowMs + changeRulesOf(facts).approvalMs
  const [plan, digest] = [planDigest(run), approvalDigest(run)]
  const text = `Approved by ${actor.name} until ${new Date(untilMs).toISOString()}, plan ${plan}.`
  return only({ type: 'approved', plan, digest, untilMs, reason: '', text })
}

/** @throws WorkflowRefusal where the command is not taken; nothing is changed then */
export function decide(at: Standing, given: WorkflowCommand, actor: Actor): Decision {
  const { run, facts } = at
  if (run.outcome !== null) return takenUp(at, given)
  if (!OF_OTHERS.has(given.type) && actor.id !== run.driver.id) {
    throw new WorkflowRefusal(
      409,
      'other-driver',
      `${run.driver.name} drives this run.`,
      'Watch, or take over with a reason: {"type":"take-over","reason":"…"}.',
    )
  }
  const step = at.current
  const allowed = allowedCommands(at)
  const found = allowed.find((c) => same(c, given))
  if (found === undefined) return refuse(at, given, allowed)
  checkWords(found, given)
  const reason = given.reason ?? ''
  const quorum = facts.view === null ? null : recordOf(facts.view)
  switch (found.type) {
    case 'execute':
      if (step?.kind === 'change') return intend(at, step, found.needsConfirmation?.statement ?? null)
      if (step?.kind === 'request' && step.request !== null) {
        return ask(at, step, step.request, found.needsConfirmation?.statement ?? null)
      }
      return refuse(at, given, allowed)
    case 'cancel':
      if (step?.kind !== 'request' || step.cancels === null) return refuse(at, given, allowed)
      return ask(at, step, step.cancels, reason, false)
    case 'state': {
      const statement = found.needsConfirmation?.statement ?? found.label
      const about = step?.statements.find((s) => s.key === found.key)?.about ?? ''
      return only({
        type: 'stated',
        step: found.step ?? '',
        key: found.key ?? '',
        statement,
        about,
        text: `Stated: “${statement}”.`,
      })
    }
    case 'choose': {
      if (found.nodeId === undefined) return refuse(at, given, allowed)
      const candidate = { nodeId: found.nodeId, directoryId: found.directoryId ?? null }
      return only({
        type: 'chosen',
        step: found.step ?? '',
        candidate,
        text: `Chose ${candidate.nodeId} (${shortId(candidate.directoryId)}).`,
      })
    }
    case 'do-it-for-me': {
      const acts = step?.kind === 'host' ? step.hostActs : []
      const actions = acts.map((a) => ('nodeId' in a ? `${a.action} ${a.nodeId}` : a.action))
      const asked: PendingEntry = {
        type: 'host-action',
        step: found.step ?? '',
        actions,
        problem: null,
        text: `Asked the sandbox: ${actions.join(', ')}.`,
      }
      return { events: [asked], effect: { kind: 'hosts', step: found.step ?? '', acts }, takesLock: false }
    }
    case 'abort':
      return only({ type: 'ended', outcome: 'aborted', reason, quorum, text: `Aborted: ${reason}` })
    case 'leave':
      return only({
        type: 'ended',
        outcome: 'aborted',
        reason,
        quorum,
        text: `Left as it is: ${reason}. ${debtText(run, facts)}`,
      })
    case 'undo': {
      const change = undoChange(run)
      if (change === null || quorum === null) return refuse(at, given, allowed)
      return only(...goingOn(run), {
        type: 'undoing',
        reason,
        change,
        quorum,
        text: `Takes the change back: ${reason}`,
      })
    }
    case 'clean-up': {
      const cleaning: PendingEntry = { type: 'cleaning', reason, text: `Cleans up: ${reason}` }
      return { ...only(...goingOn(run), cleaning), takesLock: run.parked?.lockLost === true }
    }
    case 'park':
      return only({ type: 'parked', by: actor.name, reason, lockLost: false, text: `Parked: ${reason}` })
    case 'resume': {
      const lost = run.parked?.lockLost === true
      return { ...only(...goingOn(run), ...(lost ? [replanned(run, facts)] : [])), takesLock: lost }
    }
    case 'approve':
      return approve(at, actor)
    case 'withdraw-approval':
      return only({ type: 'approval-withdrawn', reason, text: `Withdrew the approval: ${reason}` })
    case 'break-glass': {
      const { approval, time } = missingOf(run, facts, at.steps)
      const missing = [approval, time].filter((why) => why !== null)
      return only({ type: 'glass-broken', missing, reason, text: `Broke the glass (${missing.join(' ')}): ${reason}` })
    }
    case 'take-over':
      return only({ type: 'driver', reason, text: `Took over from ${run.driver.name}: ${reason}` })
    case 'replan':
      return only(replanned(run, facts))
    default:
      return found.type satisfies never
  }
}
