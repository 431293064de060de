/** What may be said to a run now, as complete commands, the recommended one first. Pure. */
import type { AllowedCommand } from '../contract/workflows.ts'
import { MAX_AUTOMATIC_TRIES } from './advance.ts'
import type { Facts } from './facts.ts'
import { actCommand, changeCommand } from './hostCommands.ts'
import { focusOf } from './parts.ts'
import { isHandOver } from './ports.ts'
import { currentStep, nothingLanded, stepsOf, undoChange } from './progress.ts'
import type { Run } from './run.ts'
import { allOk, type StepRule } from './step.ts'
import { idsText, keyText, shortId } from './voterSet.ts'

function command(given: Partial<AllowedCommand> & Pick<AllowedCommand, 'type' | 'label' | 'does'>): AllowedCommand {
  return { equivalent: null, needsConfirmation: null, needsReason: false, danger: false, ...given }
}

/** What remains of a run that is left where it stands. */
export function debtText(run: Run): string {
  return nothingLanded(run)
    ? 'The voters are as they were.'
    : `The voters stay ${idsText(run.expected)}; they were ${idsText(run.plan.initial)}.`
}

function leave(run: Run): AllowedCommand {
  return command({
    type: 'leave',
    label: 'Leave it as it is…',
    does: `Ends this run where it stands. ${debtText(run)}`,
    needsReason: true,
    needsConfirmation: nothingLanded(run)
      ? null
      : { statement: 'the voters stay as they are now', typed: true, why: debtText(run) },
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

/** Gates on what the plan was made for. */
const MENDED_BY_A_NEW_PLAN: ReadonlySet<string> = new Set(['auto-join-as-planned', 'target-is-voter'])

function endings(run: Run): AllowedCommand[] {
  if (run.undo !== null) return [leave(run)]
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
    leave(run),
  ]
}

/** The change of a step as a command; offered only where every gate holds. */
export function executeCommand(step: StepRule, facts: Facts): AllowedCommand | null {
  if (step.execute === 'never') return null
  const { act, change } = step
  if (change === null && act === null) return null
  return command({
    type: 'execute',
    step: step.key,
    label: step.label,
    does: step.does,
    equivalent: change !== null ? changeCommand(facts, change) : act !== null ? actCommand(facts, act) : null,
    needsConfirmation: step.confirmation,
    danger: false,
  })
}

/** Its request is under way. */
export function isActing(run: Run, step: StepRule): boolean {
  return step.act !== null && run.acts[step.key]?.outcome === null
}

function ofStep(run: Run, step: StepRule, facts: Facts): AllowedCommand[] {
  const execute = executeCommand(step, facts)
  const mayExecute = step.execute === 'click' || (run.failures[step.key] ?? 0) >= MAX_AUTOMATIC_TRIES
  const chosen = focusOf(run).plan.candidate
  const choices = step.choices.filter(
    (c) => c.problem === '' && c.directoryId !== null && (chosen === null || keyText(c) !== keyText(chosen)),
  )
  return [
    ...(execute !== null && mayExecute && step.done === null && !isActing(run, step) && allOk(step.gates)
      ? [execute]
      : []),
    ...(step.cancels !== null && !isActing(run, step)
      ? [
          command({
            type: 'cancel',
            step: step.key,
            label: 'Cancel what is going on…',
            does: `Sends ${isHandOver(step.cancels) ? 'stop_proposal_execution to Cruise Control' : 'the cancellation to the active controller'}; what is done stays done, and the rest can be begun again.`,
            equivalent: actCommand(facts, step.cancels),
            needsReason: true,
            danger: true,
          }),
        ]
      : []),
    ...(step.done === null ? choices : []).map((c) =>
      command({
        type: 'choose',
        step: step.key,
        nodeId: c.nodeId,
        ...(c.directoryId === null ? {} : { directoryId: c.directoryId }),
        label: `Choose ${c.nodeId} (${shortId(c.directoryId)})`,
        does: `Goes on with controller ${c.nodeId}, directory ${c.directoryId}.`,
      }),
    ),
    ...(step.hostActs.length > 0 && !facts.hostsBusy && allOk(step.hostGates)
      ? [
          command({
            type: 'do-it-for-me',
            step: step.key,
            label: 'Do it for me',
            does: `On this sandbox: ${step.hostActs.map((a) => a.action.replace('-', ' ')).join(', ')}.`,
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

export function allowedCommands(run: Run, facts: Facts): AllowedCommand[] {
  if (run.outcome !== null) return []
  if (run.intent !== null) return [TAKE_OVER]
  if (run.drift !== null) return [REPLAN, leave(run), TAKE_OVER]
  if (run.parked !== null) {
    const resume = command({
      type: 'resume',
      label: 'Go on',
      does: run.parked.lockLost ? 'Takes the change lock again and plans the rest anew.' : 'Goes on where it rests.',
    })
    // Without the lock nothing can be taken back; going on plans anew first.
    return [resume, ...endings(run).filter((c) => c.type !== 'undo' || run.parked?.lockLost !== true), TAKE_OVER]
  }
  const step = currentStep(run, stepsOf(run, facts))
  const park = command({
    type: 'park',
    label: 'Let it rest…',
    does: 'Does nothing by itself until somebody goes on with it.',
    needsReason: true,
  })
  const planIsOld = step?.gates.some((g) => !g.ok && !g.waiting && MENDED_BY_A_NEW_PLAN.has(g.code)) === true
  return [
    ...(step === null ? [] : ofStep(run, step, facts)),
    ...(planIsOld && run.undo === null ? [REPLAN] : []),
    park,
    ...endings(run),
    TAKE_OVER,
  ]
}
