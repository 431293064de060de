/** How a wizard describes one of its steps on the facts of now; the engine does the rest, the same for every wizard. */
import type { NodeConfigNeed } from '../../contract/nodeConfig.ts'
import type { ReplicaKey } from '../../contract/quorumView.ts'
import type { SandboxAction } from '../../contract/sandbox.ts'
import type { Candidate, Confirmation, Gate, HostCommand, WorkflowKind } from '../../contract/workflows.ts'
import type { Facts } from './facts.ts'
import type { ClusterAct, VoterChange } from './ports.ts'
import type { Plan, Run, RunParams } from './run.ts'

/** Something only a person can know. */
export interface StatementRule {
  key: string
  /** The fact that it answers, as it is now: said of it, it counts for as long as that is the same. Empty: of a choice. */
  about: string
  /** Leaves the usual way: offered last, never as the next thing to do. */
  exceptional: boolean
  /** Codes of the gates that it makes pass. */
  lifts?: readonly string[]
  label: string
  does: string
  confirmation: Confirmation
}

/** `start-new`: start the node that the `add-node` before it made. */
export type HostAct = SandboxAction | { action: 'start-new' }

export interface StepRule {
  key: string
  title: string
  /** The part of a longer run that it belongs to, in words; empty where there is none. */
  group: string
  /** Short: what is awaited. */
  detail: string
  actor: 'server' | 'operator'
  /** All must hold before the step's change is sent, or before the step counts as done by observation. */
  gates: Gate[]
  /** Proven by observation: how, in words, and which candidate it found. Never set where `change` proves the step. */
  done: { text: string; candidate: ReplicaKey | null } | null
  /** It was done once and does not hold any more: it is the current step again. */
  reopened: boolean
  /** What the step does to the voters, by us or by anybody. */
  change: VoterChange | null
  /** Any other request of ours. It proves nothing: the step is done when `done` says so. */
  act: ClusterAct | null
  /** Takes back what an act of this step has begun and is still going on. */
  cancels: ClusterAct | null
  /** The plan of the part that this step waits to begin, where it can be made now. */
  begins: Plan | null
  /** A change of the voters that will come of this step; the node is `null` where it is still to be chosen. */
  plannedChange: { kind: VoterChange['kind']; nodeId: number | null } | null
  /** `never`: somebody else does it, we only verify. */
  execute: 'click' | 'automatic' | 'never'
  label: string
  does: string
  confirmation: Confirmation | null
  statements: StatementRule[]
  choices: Candidate[]
  /** What "Do it for me" does on a sandbox; empty where there is nothing to do. */
  hostActs: HostAct[]
  /** Gates of the host actions; a subset of what would make `gates` fail is not enough to act. Of a step on a host the others tell that it is done. */
  hostGates: Gate[]
  commands: HostCommand[]
  /** Nobody is to type the commands yet: a gate does not hold, or a word is missing. On paper they stand all the same. */
  withheld: boolean
  /** Configurations that the step needs of nodes, one each. */
  configs: NodeConfigNeed[]
  lookingFor: string[]
}

/** A plan that goes on from where the voters are, and its steps that are done. */
export interface Continued {
  plan: Plan
  kept: string[]
}

export interface PartWizard {
  title(run: Run): string
  /**
   * @param run the longer run that it is to be a part of, if there is one
   * @throws WorkflowRefusal where there is nothing to plan
   */
  plan(params: RunParams, facts: Facts, run?: Run | null): Plan
  /** In order; the keys do not depend on the facts. */
  steps(run: Run, facts: Facts): StepRule[]
  /** What of the plan the voters of now show as done already; `null` where it is to be planned from the start. */
  continued(run: Run, facts: Facts): Continued | null
}

export interface Wizard extends PartWizard {
  kind: WorkflowKind
}

/** A step with nothing but its words. */
export function step(rule: Pick<StepRule, 'key' | 'title' | 'actor'> & Partial<StepRule>): StepRule {
  return {
    group: '',
    detail: '',
    gates: [],
    done: null,
    reopened: false,
    change: null,
    act: null,
    cancels: null,
    begins: null,
    plannedChange: null,
    execute: 'never',
    label: '',
    does: '',
    confirmation: null,
    statements: [],
    choices: [],
    hostActs: [],
    hostGates: [],
    commands: [],
    withheld: false,
    configs: [],
    lookingFor: [],
    ...rule,
  }
}

export function allOk(gates: readonly Gate[]): boolean {
  return gates.every((g) => g.ok)
}
