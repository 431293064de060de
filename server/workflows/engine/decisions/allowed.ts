/** What may be said to a run now, as complete commands, the recommended one first. Pure. */

import { keyText } from '../../../contract/replicaKey.ts'
import { took } from '../../../contract/words/durations.ts'
import type { AllowedCommand, Gate } from '../../../contract/workflows.ts'
import { actCommand, changeCommand } from '../../commands/hostCommands.ts'
import { UNKNOWN } from '../../gates/gate.ts'
import type { Facts } from '../../run/facts.ts'
import { isOffline } from '../../run/offline.ts'
import { changeRulesOf, missingOf, needsApproval } from '../../run/permission/permission.ts'
import { approvalDigest } from '../../run/permission/planDigest.ts'
import { phaseOf } from '../../run/phase.ts'
import { isHandOver } from '../../run/ports.ts'
import type { Run } from '../../run/run.ts'
import { allOk, isSending, proofOf, type StepRule } from '../../run/step.ts'
import { idsText, shortId } from '../../run/voterSet.ts'
import { debtOf, isOwedStill } from '../../wizards/debt.ts'
import { focusOf } from '../../wizards/parts.ts'
import { MAX_AUTOMATIC_TRIES } from './advance.ts'
import { nothingLanded, type Standing, undoChange } from './progress.ts'

function command(given: Partial<AllowedCommand> & Pick<AllowedCommand, 'type' | 'label' | 'does'>): AllowedCommand {
  return { equivalent: null, needsConfirmation: null, needsReason: false, danger: false, ...given }
}

/** What remains of a run that is left where it stands. */
export function debtText(run: Run, facts: Facts): string {
  // Of a run that had ended the voters are not the matter any more.
  return [...(run.hadEnded === true ? [] : [votersText(run)]), ...debtOf(run, facts).texts].join(' ')
}

function votersText(run: Run): string {
  if (run.intent !== null) {
    const { kind, nodeId } = run.intent.change
    return `${kind === 'add' ? 'Adding' : 'Removing'} controller ${nodeId} was sent, and what became of it is not known: it may have been carried out.`
  }
  return nothingLanded(run)
    ? 'The voters are as they were.'
    : `The voters stay ${idsText(run.expected)}; they were ${idsText(run.plan.initial)}.`
}

function leave(run: Run, facts: Facts): AllowedCommand {
  const debt = debtText(run, facts)
  const isDebt = debtOf(run, facts).texts.length > 0
  const statement =
    run.intent !== null
      ? 'what was sent may still be carried out'
      : nothingLanded(run) || run.hadEnded === true
        ? 'what this run has set stays'
        : 'the voters stay as they are now'
  const mustConfirm = !nothingLanded(run) || run.intent !== null || isDebt
  return command({
    type: 'leave',
    label: 'Leave it as it is…',
    // What is owed stands beside the statement, where there is one.
    does: `Ends this run where it stands. What was done on hosts, restarts and roles, stays done.${mustConfirm ? '' : ` ${debt}`}`,
    needsReason: true,
    needsConfirmation: mustConfirm ? { statement, typed: true, why: debt } : null,
    danger: true,
  })
}

const TAKE_OVER = command({
  type: 'take-over',
  label: 'Take over…',
  does: 'You drive this run from now on; whoever drove it watches.',
  needsReason: true,
})

const REPLAN = command({
  type: 'replan',
  label: 'Plan anew from here',
  does: 'Takes the voters as they are now and plans the rest of the change anew.',
})

const CLEAN_UP = command({
  type: 'clean-up',
  label: 'Clean up and end…',
  does: 'Cancels the moves of this run that go on, and puts back what it has set on brokers and topics (throttle, cordon), as new steps behind their own gates; then the run ends. What was done on hosts, restarts and roles, stays done.',
  needsReason: true,
  danger: true,
})

/** Gates on what the plan was made for: no waiting mends them. */
const MENDED_BY_A_NEW_PLAN: ReadonlySet<string> = new Set([
  'auto-join-as-planned',
  'target-is-voter',
  'part-can-begin',
  'goal-reached',
])

/** The commands were given: the disk may name another voter set than the others know. */
function leaveWritten({ plan: { recovery } }: Run): AllowedCommand {
  const disk = `the disk of ${recovery?.seed.nodeId}`
  return command({
    type: 'leave',
    label: 'Leave it as it is…',
    does: 'Ends this run where it stands. Nothing is taken back on any disk.',
    needsReason: true,
    needsConfirmation: {
      statement: `${disk} may have other voters by now`,
      typed: true,
      why: `Started beside old voters it is a second quorum. Before any of them starts: quorumdeck disk recover <metadata.log.dir> --undo --backup <the backup>. Where a __cluster_metadata-0 was moved away, that node begins anew.`,
    },
    danger: true,
  })
}

function mayBeWritten(run: Run): boolean {
  if (!isOffline(run)) return false
  const given = ['write/loss', 'write/written', 'edit/loss', 'edit/edited'].some(
    (key) => run.statements[key] !== undefined,
  )
  return given || run.hosted.write !== undefined || run.done.write !== undefined
}

function endings(run: Run, facts: Facts): AllowedCommand[] {
  if (mayBeWritten(run)) return [leaveWritten(run)]
  if (run.undo !== null || run.cleaning !== undefined) return [leave(run, facts)]
  const owes = debtOf(run, facts).texts.length > 0
  if (owes && nothingLanded(run)) return [CLEAN_UP, leave(run, facts)]
  if (nothingLanded(run)) {
    return [
      command({
        type: 'abort',
        label: 'Abort…',
        does: 'Ends this run. No voter was changed by it; what was done on hosts stays done.',
        needsReason: true,
        danger: true,
      }),
    ]
  }
  const change = undoChange(run)
  return [
    ...(change === null
      ? []
      : [
          command({
            type: 'undo',
            label: 'Take the change back…',
            does: `${change.kind === 'add' ? `Adds controller ${change.nodeId} again` : `Removes controller ${change.nodeId} again`}, as a new step behind its own gates.`,
            needsReason: true,
            danger: true,
          }),
        ]),
    ...(owes ? [CLEAN_UP] : []),
    leave(run, facts),
  ]
}

/** What a step sends, as a command; offered only where every gate holds. */
export function executeCommand(step: StepRule, facts: Facts): AllowedCommand | null {
  if (!isSending(step) || (step.kind === 'change' && step.execute === 'never')) return null
  return command({
    type: 'execute',
    step: step.key,
    label: step.label,
    does: step.does,
    equivalent: step.kind === 'change' ? changeCommand(facts, step.change) : actCommand(facts, step.request),
    needsConfirmation: step.confirmation,
    danger: false,
  })
}

/** Its request is under way. */
export function isActing(run: Run, step: StepRule): boolean {
  return step.kind === 'request' && step.request !== null && run.acts[step.key]?.outcome === null
}

/** Whether a person may send it now: what is done by itself only after it has failed too often. */
function mayExecute(run: Run, step: StepRule): boolean {
  if (!allOk(step.gates)) return false
  if (step.kind === 'request') return step.done === null && !isActing(run, step)
  return step.kind === 'change' && (step.execute === 'click' || (run.failures[step.key] ?? 0) >= MAX_AUTOMATIC_TRIES)
}

function ofStep(run: Run, step: StepRule, facts: Facts): AllowedCommand[] {
  const execute = executeCommand(step, facts)
  const cancels = step.kind === 'request' && !isActing(run, step) ? step.cancels : null
  const hostActs = step.kind === 'host' && !facts.hostsBusy && allOk(step.hostGates) ? step.hostActs : []
  const chosen = focusOf(run).plan.candidate
  const choices = step.choices.filter(
    (c) => c.problem === '' && c.directoryId !== null && (chosen === null || keyText(c) !== keyText(chosen)),
  )
  return [
    ...(execute !== null && mayExecute(run, step) ? [execute] : []),
    ...(cancels !== null
      ? [
          command({
            type: 'cancel',
            step: step.key,
            label: 'Cancel what is going on…',
            does: `Sends ${isHandOver(cancels) ? 'stop_proposal_execution to Cruise Control' : 'the cancellation to the active controller'}; what is done stays done, and the rest can be begun again.`,
            equivalent: actCommand(facts, cancels),
            needsReason: true,
            danger: true,
          }),
        ]
      : []),
    ...(proofOf(step) === null ? choices : []).map((c) =>
      command({
        type: 'choose',
        step: step.key,
        nodeId: c.nodeId,
        ...(c.directoryId === null ? {} : { directoryId: c.directoryId }),
        label: `Choose ${c.nodeId} (${shortId(c.directoryId)})`,
        does: `Goes on with controller ${c.nodeId}, directory ${c.directoryId}.`,
      }),
    ),
    ...(hostActs.length > 0
      ? [
          command({
            type: 'do-it-for-me',
            step: step.key,
            label: 'Do it for me',
            does: `On this sandbox: ${hostActs.map((a) => a.action.replace('-', ' ')).join(', ')}.`,
          }),
        ]
      : []),
    // While the sandbox acts, what a person would state may be about to change.
    ...(facts.hostsBusy ? [] : step.statements).map(({ key, label, does, confirmation, exceptional }) =>
      command({
        type: 'state',
        step: step.key,
        key,
        label,
        does,
        needsConfirmation: confirmation,
        danger: exceptional,
      }),
    ),
  ]
}

/** What there is to say now, where a plan is followed: the same for a script and for the page. */
function recommendedOf(run: Run, step: StepRule | null, commands: readonly AllowedCommand[]): AllowedCommand | null {
  const of = (type: AllowedCommand['type']) => commands.filter((c) => c.type === type && !c.danger)
  // A choice between two ways is nobody's to recommend: taken again and again it would lead back and forth.
  const statements = of('state').filter((c) => step?.statements.find((s) => s.key === c.key)?.about !== '')
  const chosen = focusOf(run).plan.candidate
  const isGood = step?.choices.some((c) => chosen !== null && c.problem === '' && keyText(c) === keyText(chosen))
  // The nearest to the leader; one that is well is not exchanged for another.
  const choices = isGood === true ? [] : of('choose')
  const lagOf = (c: AllowedCommand) =>
    step?.choices.find((one) => one.nodeId === c.nodeId && one.directoryId === c.directoryId)?.lag ?? Infinity
  const [nearest] = choices.toSorted((a, b) => lagOf(a) - lagOf(b))
  return of('execute')[0] ?? of('do-it-for-me')[0] ?? statements[0] ?? nearest ?? of('replan')[0] ?? null
}

/** The recommended one first, and marked as such. */
function ordered(commands: readonly AllowedCommand[], recommended: AllowedCommand | null): AllowedCommand[] {
  if (recommended === null) return [...commands]
  return [{ ...recommended, recommended: true }, ...commands.filter((c) => c !== recommended)]
}

export function allowedCommands(at: Standing): AllowedCommand[] {
  const { run, facts } = at
  if (run.outcome !== null) return isOwedStill(run, facts) ? [CLEAN_UP] : []
  // Nothing is known of its cluster: it can be ended where it stands, and nothing else.
  if (facts.elsewhere !== undefined) {
    const ends =
      run.intent === null && run.drift === null
        ? endings(run, facts).filter((c) => c.type !== 'undo')
        : [leave(run, facts)]
    return [...ends, TAKE_OVER]
  }
  const phase = phaseOf(run)
  switch (phase) {
    case 'sent':
      // Without a majority nothing proves it, for ever: another run must be able to bring the quorum back.
      return facts.view?.quorum.leaderless?.code === 'majority-down' ? [leave(run, facts), TAKE_OVER] : [TAKE_OVER]
    case 'drifted':
      return [REPLAN, leave(run, facts), TAKE_OVER]
    case 'parked':
      return whileParked(run, facts)
    case 'going':
    case 'undoing':
    case 'cleaning':
      return underWay(at)
    case 'ended':
      return []
    default:
      return phase satisfies never
  }
}

/** What a second person, or whoever cannot wait for one, may say. */
function ofPermission(at: Standing): AllowedCommand[] {
  const { run, facts } = at
  const { approval, time } = missingOf(run, facts, at.steps)
  const isApproved = needsApproval(run, changeRulesOf(facts)) && approval === null && run.brokenGlass === undefined
  return [
    ...(approval === null
      ? []
      : [
          command({
            type: 'approve',
            key: approvalDigest(run),
            label: 'Approve this plan…',
            does: `Lets ${run.driver.name} carry out this plan on these voters. It holds for ${took(changeRulesOf(facts).approvalMs)}, and ends when the plan or the voters change otherwise.`,
            needsConfirmation: {
              statement: 'I have read this plan and agree to it',
              typed: false,
              why: 'The name of whoever approves stands in the evidence and in the audit.',
            },
          }),
        ]),
    ...(isApproved
      ? [
          command({
            type: 'withdraw-approval',
            label: 'Withdraw the approval…',
            does: 'Nothing further is done before somebody approves it anew. What was sent already goes on.',
            needsReason: true,
            danger: true,
          }),
        ]
      : []),
    ...(approval === null && time === null
      ? []
      : [
          command({
            type: 'break-glass',
            label: 'Break the glass…',
            does: `Goes on without it: ${[approval, time].filter((why) => why !== null).join(' ')} It rings, and stands in the audit.`,
            needsReason: true,
            needsConfirmation: {
              statement: 'I act without the approval that is asked for',
              typed: true,
              why: 'For an emergency in which nobody can be reached. Every gate of the quorum itself goes on to hold.',
            },
            danger: true,
          }),
        ]),
  ]
}

function whileParked(run: Run, facts: Facts): AllowedCommand[] {
  const lockLost = run.parked?.lockLost === true
  const resume = command({
    type: 'resume',
    label: 'Go on',
    does: lockLost ? 'Takes the change lock again and plans the rest anew.' : 'Resumes where it stopped.',
  })
  // Without the lock nothing can be taken back; going on plans anew first.
  return [resume, ...endings(run, facts).filter((c) => c.type !== 'undo' || !lockLost), TAKE_OVER]
}

function underWay(at: Standing): AllowedCommand[] {
  const { run, facts, current: step } = at
  const park = command({
    type: 'park',
    label: 'Park it…',
    does: 'Does nothing by itself until somebody resumes it.',
    needsReason: true,
  })
  // What is not known yet, after a start of Quorumdeck, no other plan can know.
  const isOld = (g: Gate) => !g.ok && !g.waiting && g.observed !== UNKNOWN && MENDED_BY_A_NEW_PLAN.has(g.code)
  const planIsOld = step?.gates.some(isOld) === true
  const commands = [
    ...(step === null ? [] : ofStep(run, step, facts)),
    ...(planIsOld && run.undo === null ? [REPLAN] : []),
    ...ofPermission(at),
    park,
    ...endings(run, facts),
    TAKE_OVER,
  ]
  return ordered(commands, recommendedOf(run, step, commands))
}
