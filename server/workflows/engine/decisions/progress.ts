/** A run on what is known: its steps, and which of them is going on. Pure. */
import type { Gate, WorkflowKind } from '../../../contract/workflows.ts'
import { changeCommands } from '../../commands/hostCommands.ts'
import { additionGates, removalGates } from '../../gates/gateSets.ts'
import { CHANGE_TIME, permissionGates } from '../../gates/permissionGates.ts'
import { autoJoinAsPlanned, autoJoinSafe } from '../../gates/quorum/autoJoinGates.ts'
import { truthGates } from '../../gates/quorum/truthGates.ts'
import type { Facts } from '../../run/facts.ts'
import { isOffline } from '../../run/offline.ts'
import { onceFor } from '../../run/onceFor.ts'
import { isAct, missingOf } from '../../run/permission/permission.ts'
import type { VoterChange } from '../../run/ports.ts'
import type { Run } from '../../run/run.ts'
import { changeStep, type StepRule, type Wizard } from '../../run/step.ts'
import { includes, sameSet } from '../../run/voterSet.ts'
import { addController } from '../../wizards/addController/addController.ts'
import { costOfChange } from '../../wizards/cost.ts'
import { cleanUpSteps } from '../../wizards/debt.ts'
import { migrateCombined } from '../../wizards/migrateCombined/migrateCombined.ts'
import { migrateDedicated } from '../../wizards/migrateDedicated/migrateDedicated.ts'
import { moveVoters } from '../../wizards/moveVoters/moveVoters.ts'
import { focusOf } from '../../wizards/parts.ts'
import { recoverQuorum } from '../../wizards/recoverQuorum/recoverQuorum.ts'
import { removeController } from '../../wizards/removeController/removeController.ts'
import { replaceController } from '../../wizards/replaceController/replaceController.ts'
import { replaceDisk } from '../../wizards/replaceDisk/replaceDisk.ts'
import { rollingRestart } from '../../wizards/rollingRestart/rollingRestart.ts'
import { scale } from '../../wizards/scale/scale.ts'
import { staticToDynamic } from '../../wizards/staticToDynamic/staticToDynamic.ts'
import { unregisterBroker } from '../../wizards/unregisterBroker/unregisterBroker.ts'

const WIZARDS: Readonly<Record<WorkflowKind, Wizard>> = {
  'add-controller': addController,
  'remove-controller': removeController,
  'replace-disk': replaceDisk,
  'replace-controller': replaceController,
  scale,
  'rolling-restart': rollingRestart,
  'unregister-broker': unregisterBroker,
  'static-to-dynamic': staticToDynamic,
  'migrate-combined': migrateCombined,
  'migrate-dedicated': migrateDedicated,
  'recover-quorum': recoverQuorum,
  'move-voters': moveVoters,
}

export function wizardOf(kind: WorkflowKind): Wizard {
  return WIZARDS[kind]
}

export const UNDO = 'undo'

/** Taking a change back is a change like any other, behind the same gates. */
function undoStep(run: Run, facts: Facts, wanted: VoterChange): StepRule {
  const key = { nodeId: wanted.nodeId, directoryId: wanted.directoryId }
  const add = wanted.kind === 'add'
  // Where it listens by now, not where it did.
  const change = add ? { ...wanted, endpoints: facts.endpoints.get(key.nodeId) ?? [] } : wanted
  const needed = add
    ? [...additionGates(run, facts, key), autoJoinAsPlanned(facts, false)]
    : [...removalGates(run, facts, key), autoJoinSafe(facts, key)]
  return changeStep({
    key: UNDO,
    title: add ? `Add controller ${key.nodeId} again` : `Remove controller ${key.nodeId} again`,
    detail: 'takes the change back',
    gates: needed,
    change,
    execute: 'click',
    label: add ? 'Add it again' : 'Remove it again',
    does: `Sends ${add ? 'AddRaftVoter' : 'RemoveRaftVoter'} for ${key.nodeId}, so that the voters are as before this run.`,
    confirmation: costOfChange(facts, change),
    commands: changeCommands(facts, change),
    lookingFor: ['A committed voter set as it was before this run.'],
  })
}

/**
 * A run on the facts of a moment, handed on to everything that decides or describes on them. Its steps are evaluated once, when
 * they are first needed: on a large cluster that looks at thousands of partitions.
 */
export class Standing {
  readonly run: Run
  readonly facts: Facts
  #steps: readonly StepRule[] | null = null

  constructor(run: Run, facts: Facts) {
    this.run = run
    this.facts = facts
  }

  /** All of them, in order. */
  get steps(): readonly StepRule[] {
    this.#steps ??= evaluate(this.run, this.facts)
    return this.#steps
  }

  /** The first that is not done, or does not hold any more; `null`: all are done. */
  get current(): StepRule | null {
    return currentStep(this.run, this.steps)
  }
}

/** Runs and facts are never changed, only made anew: whoever comes to the same pair gets the same standing. */
const standings = onceFor((facts: Facts) => onceFor((run: Run) => new Standing(run, facts)))

export function standingOf(run: Run, facts: Facts): Standing {
  return standings(facts)(run)
}

/** While a change is taken back, those that are done and that one. */
function evaluate(run: Run, facts: Facts): StepRule[] {
  const own = wizardOf(run.kind).steps(run, facts)
  // While nobody leads there is no quorum to ask for the truth: those steps have gates of their own for that.
  const permission = permissionGates(run, facts, missingOf(run, facts, own))
  const allowed = own.map((rule) => permitted(rule, permission))
  const steps = isOffline(run) ? allowed : allowed.map((rule) => inTruth(rule, facts))
  if (run.cleaning !== undefined) {
    const cleaning = cleanUpSteps(run, facts).map((rule) => inTruth(rule, facts))
    return [...steps.filter((s) => run.done[s.key] !== undefined).map((s) => ({ ...s, reopened: false })), ...cleaning]
  }
  if (run.undo === null) return steps
  return [...steps.filter((s) => run.done[s.key] !== undefined), inTruth(undoStep(run, facts, run.undo.change), facts)]
}

/** Nothing is done, and no command given to anybody, before the rules of the organisation allow it. */
function permitted(rule: StepRule, permission: readonly Gate[]): StepRule {
  if (permission.length === 0 || !isAct(rule.kind)) return rule
  const held = {
    gates: [...rule.gates, ...permission],
    withheld: rule.withheld || permission.some((g) => !g.ok),
  }
  // What is seen done at a time at which nothing may begin has begun nothing.
  const isTime = permission.every(({ code, ok }) => ok || code !== CHANGE_TIME)
  if (rule.kind === 'host')
    return { ...rule, ...held, hostGates: [...rule.hostGates, ...permission], done: isTime ? rule.done : null }
  if (rule.kind === 'request') return { ...rule, ...held, done: isTime ? rule.done : null }
  return { ...rule, ...held }
}

/**
 * No step of any wizard goes on, and no command is given to anybody, while the quorum is two or has lost what it committed.
 * Nor is a step done by what such a quorum shows.
 */
function inTruth(rule: StepRule, facts: Facts): StepRule {
  const failing = truthGates(facts).filter((g) => !g.ok)
  if (failing.length === 0) return rule
  const withTruth = (gates: readonly Gate[]) => [
    ...gates.filter((g) => !failing.some((f) => f.code === g.code)),
    ...failing,
  ]
  const held = { gates: withTruth(rule.gates), withheld: true }
  switch (rule.kind) {
    case 'host':
      return { ...rule, ...held, hostGates: withTruth(rule.hostGates), done: null }
    case 'request':
    case 'proof':
      return { ...rule, ...held, done: null }
    case 'change':
    case 'part':
      return { ...rule, ...held }
    default:
      return rule satisfies never
  }
}

export function currentStep(run: Run, steps: readonly StepRule[]): StepRule | null {
  return steps.find((s) => run.done[s.key] === undefined || s.reopened) ?? null
}

/** Whether the voters are as they were when the run was planned. */
export function nothingLanded(run: Run): boolean {
  return sameSet(run.expected, run.plan.initial)
}

/** The change that takes back what landed last; `null` where nothing did, or more than one change would be needed. */
export function undoChange(run: Run): VoterChange | null {
  // What a recovery has made of the voters no request takes back.
  if (focusOf(run).plan.recovery !== undefined) return null
  const { initial } = focusOf(run).plan
  const added = run.expected.filter((key) => !includes(initial, key))
  const removed = initial.filter((key) => !includes(run.expected, key))
  if (added.length + removed.length !== 1) return null
  const [extra] = added
  if (extra?.directoryId != null) return { kind: 'remove', nodeId: extra.nodeId, directoryId: extra.directoryId }
  const [missing] = removed
  if (missing?.directoryId == null) return null
  return { kind: 'add', nodeId: missing.nodeId, directoryId: missing.directoryId, endpoints: [] }
}
