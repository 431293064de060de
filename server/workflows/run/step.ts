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

/** What any step has. */
interface AnyStep {
  key: string
  title: string
  /** The part of a longer run that it belongs to, in words; empty where there is none. */
  group: string
  /** Short: what is awaited. */
  detail: string
  /** All must hold before the change or the request of the step is sent, the part begun, or the step done by observation. */
  gates: Gate[]
  /** It was done once and does not hold any more: it is the current step again. */
  reopened: boolean
  statements: StatementRule[]
  choices: Candidate[]
  commands: HostCommand[]
  /** Nobody is to type the commands yet: a gate does not hold, or a statement is missing. On paper they stand all the same. */
  withheld: boolean
  lookingFor: string[]
}

/** By observation: how, in words, and which candidate it found. */
export interface Proof {
  text: string
  candidate: ReplicaKey | null
  /** The voters from now on, where the step makes them without a request. */
  voters?: ReplicaKey[]
}

/** A change of the voters that will come of a step; the node is `null` where it is still to be chosen. */
export interface PlannedChange {
  kind: VoterChange['kind']
  nodeId: number | null
}

/** What is sent for a person. */
interface Sending {
  label: string
  does: string
  confirmation: Confirmation | null
}

/** A person acts on a host. */
export interface HostStep extends AnyStep {
  kind: 'host'
  done: Proof | null
  /** What "Do it for me" does on a sandbox; empty where there is nothing to do. */
  hostActs: HostAct[]
  /** Gates of the host actions; a subset of what would make `gates` fail is not enough to act. The others show that it is done. */
  hostGates: Gate[]
  /** Configurations that the step needs of nodes, one each. */
  configs: NodeConfigNeed[]
  /** The voters that it makes without a request, where it does: they are no drift while it is going on. */
  makes: readonly { nodeId: number }[] | null
}

/** The voters change, by us or by anybody: proven by a settled reading alone, never by `done`. */
export interface ChangeStep extends AnyStep, Sending {
  kind: 'change'
  /** `null` while its candidate is not known. */
  change: VoterChange | null
  /** Where `change` may be still to come. */
  plannedChange: PlannedChange | null
  /** `never`: a controller does it by itself, we only verify. */
  execute: 'click' | 'automatic' | 'never'
}

/** Any other request of ours, at a click. Its answer proves nothing: the step is done when `done` says so. */
export interface RequestStep extends AnyStep, Sending {
  kind: 'request'
  done: Proof | null
  /** `null` while there is nothing to ask for. */
  request: ClusterAct | null
  /** Takes back what a request of this step has begun and is still going on. */
  cancels: ClusterAct | null
}

/** Nothing is done: what is seen is proven. */
export interface ProofStep extends AnyStep {
  kind: 'proof'
  done: Proof | null
}

/** A part of a longer run waits to be planned. */
export interface PartStep extends AnyStep {
  kind: 'part'
  /** Which one, from 0. */
  part: number
  /** Its plan, where it can be made now. */
  begins: Plan | null
  plannedChange: PlannedChange | null
}

export type StepRule = HostStep | ChangeStep | RequestStep | ProofStep | PartStep

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

type Given<Step extends StepRule> = Pick<Step, 'key' | 'title'> & Partial<Omit<Step, 'kind'>>

/** Of what is not given. Made anew for each: whoever gets a step owns it. */
function blank() {
  return {
    group: '',
    detail: '',
    gates: [],
    reopened: false,
    statements: [],
    choices: [],
    commands: [],
    withheld: false,
    lookingFor: [],
  }
}

const UNSENT: Sending = { label: '', does: '', confirmation: null }

export function hostStep(given: Given<HostStep>): HostStep {
  return { kind: 'host', ...blank(), done: null, hostActs: [], hostGates: [], configs: [], makes: null, ...given }
}

/** @param given who executes it must be said: nothing is offered by default */
export function changeStep(given: Given<ChangeStep> & Pick<ChangeStep, 'execute'>): ChangeStep {
  return { kind: 'change', ...blank(), ...UNSENT, change: null, plannedChange: null, ...given }
}

export function requestStep(given: Given<RequestStep>): RequestStep {
  return { kind: 'request', ...blank(), ...UNSENT, done: null, request: null, cancels: null, ...given }
}

export function proofStep(given: Given<ProofStep>): ProofStep {
  return { kind: 'proof', ...blank(), done: null, ...given }
}

export function partStep(given: Given<PartStep> & Pick<PartStep, 'part'>): PartStep {
  return { kind: 'part', ...blank(), begins: null, plannedChange: null, ...given }
}

/** Once all of them hold. */
export function provenBy(gates: readonly Gate[], text: string): Proof | null {
  return allOk(gates) ? { text, candidate: null } : null
}

export function proofOf(step: StepRule): Proof | null {
  return 'done' in step ? step.done : null
}

export function changeOf(step: StepRule): VoterChange | null {
  return step.kind === 'change' ? step.change : null
}

export function plannedChangeOf(step: StepRule): PlannedChange | null {
  return 'plannedChange' in step ? step.plannedChange : null
}

export function hostGatesOf(step: StepRule): readonly Gate[] {
  return step.kind === 'host' ? step.hostGates : []
}

/** A step of which it is known now what is sent. */
export type SendingStep = (ChangeStep & { change: VoterChange }) | (RequestStep & { request: ClusterAct })

export function isSending(step: StepRule): step is SendingStep {
  return (step.kind === 'change' && step.change !== null) || (step.kind === 'request' && step.request !== null)
}

export function allOk(gates: readonly Gate[]): boolean {
  return gates.every((g) => g.ok)
}
