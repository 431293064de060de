/**
 * A run and the entries that it is folded from. Plain data: what is not in the journal does not survive, and what is in
 * the journal holds everything that was decided. Pure.
 */

import type { Recovery } from '../../contract/disk/recovery.ts'
import type { DiskReport } from '../../contract/diskReport.ts'
import type { QuorumFacts, ReplicaKey, ReplicaView, Role } from '../../contract/quorumView.ts'
import type { Actor, Gate, WorkflowKind, WorkflowParams } from '../../contract/workflows.ts'
import type { ChangeOutcome, ClusterAct, Config, VoterChange } from './ports.ts'

export interface RunParams extends WorkflowParams {
  /** Of an addition: the id that is being replaced, which must not come back as its own successor. */
  otherThan?: number
  /** Of a restart: what its properties file must say before. */
  edit?: { roles?: Role[]; bootstrapServers?: boolean }
  /** Of a recovery, while it is planned: the plan keeps what follows from them, and the first entry the reports themselves. */
  reports?: DiskReport[]
}

/** What a run that changes more than one thing is made of. */
export type PartKind =
  | 'add-controller'
  | 'remove-controller'
  | 'restart-node'
  | 'bootstrap-servers'
  | 'drain'
  | 'unregister-broker'

/** One change of several, planned when its turn comes: only then is it known on which quorum. */
export interface Part {
  kind: PartKind
  /** For people. */
  title: string
  params: RunParams
  /** `null` until it begins. */
  plan: Plan | null
}

/** What was decided when the run was planned, and holds until it is planned anew. */
export interface Plan {
  /** The voters when it was planned. */
  initial: ReplicaKey[]
  /** The incarnation that is removed or replaced. */
  target: ReplicaKey | null
  /** The incarnation that becomes a voter. */
  candidate: ReplicaKey | null
  /** Whether controllers join by themselves; the engine then only verifies. */
  autoJoin: boolean
  /** Of a removal: whether the process is stopped before or after it. */
  stop: 'before' | 'after' | null
  /** Why this order, in words; empty where there is no choice. */
  orderWhy: string
  /** The lowest margin that counts as success. */
  goalMargin: number
  /** Of a restart: the incarnations that were registered before it. `null`: none is known. */
  incarnations?: { controller: string | null; broker: string | null }
  /** Of brokers that are emptied: whether Kafka can keep new partitions away from them meanwhile. */
  drain?: { cordon: boolean }
  /** Controllers that left in this run before it was planned anew: some configuration may still name them. */
  gone?: number[]
  /** Controllers that became voters in this run before it was planned anew. */
  came?: number[]
  /** Of a run that makes several changes, in their order; the steps of each begin with its number. */
  parts?: Part[]
  /** Of a run that begins on disks, while nobody leads. */
  recovery?: Recovery
}

/** Node id of whom a wizard on one node is about. @throws Error for a run that is about no single node */
export function subjectOf({ id, plan, params }: Pick<Run, 'id' | 'plan' | 'params'>): number {
  const nodeId = plan.target?.nodeId ?? params.nodeId
  if (nodeId === undefined) throw new Error(`run ${id} is about no single node`)
  return nodeId
}

/** The quorum as evidence keeps it. */
export interface QuorumRecord {
  observedAtMs: number
  quorum: QuorumFacts
  replicas: ReplicaView[]
}

export interface Intent {
  step: string
  change: VoterChange
  /** Voters before, and as they will be. */
  before: ReplicaKey[]
  expected: ReplicaKey[]
  epoch: number
  /** Who led then, and alone can carry the request out. */
  leaderId: number
}

/** `observed`: seen on the quorum. `applied`: our change. `found`: done by somebody else. */
export type How = 'observed' | 'applied' | 'found'

export type RunEvent =
  /** `reports`: the disks that a recovery was planned on, kept as evidence. `quorum` null: nothing of it was seen. */
  | {
      type: 'started'
      kind: WorkflowKind
      params: RunParams
      reason: string
      plan: Plan
      reports?: DiskReport[]
      quorum: QuorumRecord | null
    }
  /** `step`: the one it was chosen in. */
  | { type: 'chosen'; step?: string; candidate: ReplicaKey }
  /** `about`: the fact that it answers; what was said before that was kept counts for none. */
  | { type: 'stated'; step: string; key: string; statement: string; about?: string }
  /** `voters`: the voters that the step has proven, where it makes them. `quorum` null: nobody answers, and none is needed. */
  | {
      type: 'step-done'
      step: string
      how: How
      candidate: ReplicaKey | null
      voters?: ReplicaKey[]
      gates: Gate[]
      quorum: QuorumRecord | null
    }
  | { type: 'intended'; intent: Intent; confirmation: string | null; gates: Gate[]; quorum: QuorumRecord }
  /** `intentSeq`: which intent it answers; a late answer must not be taken for that of the next one. */
  | { type: 'answered'; intentSeq: number; outcome: ChangeOutcome; durationMs: number }
  | { type: 'settled'; applied: boolean; quorum: QuorumRecord }
  /**
   * Something other than the voters is about to be changed. `before`: what stood where the request sets a configuration,
   * to put it back.
   */
  | {
      type: 'acting'
      step: string
      act: ClusterAct
      before?: Config[]
      confirmation: string | null
      gates: Gate[]
      quorum: QuorumRecord
    }
  /** `actSeq`: which entry it answers. */
  | { type: 'acted'; step: string; actSeq: number; outcome: ChangeOutcome; durationMs: number }
  /** The quorum became dynamic: the same voters show their directory ids. */
  | { type: 'identified'; voters: ReplicaKey[]; quorum: QuorumRecord }
  | { type: 'part-begun'; part: number; plan: Plan; quorum: QuorumRecord }
  /** `moot`: steps that only led up to an adopted addition. */
  | { type: 'adopted'; changes: { step: string; change: VoterChange }[]; moot: string[]; quorum: QuorumRecord }
  | { type: 'drifted'; seen: ReplicaKey[]; quorum: QuorumRecord }
  /** `kept`: steps that the quorum shows as done. `expected`: the voters as they are now. */
  | { type: 'replanned'; plan: Plan; kept: string[]; expected: ReplicaKey[]; quorum: QuorumRecord }
  | { type: 'host-action'; step: string; actions: string[]; problem: string | null }
  | { type: 'parked'; by: string; reason: string; lockLost: boolean }
  | { type: 'resumed' }
  | { type: 'driver'; reason: string }
  /** A second person agrees. `plan`: hash of it; `digest`: of it and of the voters then. */
  | { type: 'approved'; plan: string; digest: string; untilMs: number; reason: string }
  | { type: 'approval-withdrawn'; reason: string }
  /** It acts without what the rules of the cluster ask for. */
  | { type: 'glass-broken'; missing: string[]; reason: string }
  /** What the run has left on brokers and topics is taken back, and the run ends. A run that has ended goes on for that. */
  | { type: 'cleaning'; reason: string }
  | { type: 'undoing'; reason: string; change: VoterChange; quorum: QuorumRecord }
  | { type: 'ended'; outcome: 'done' | 'aborted'; reason: string; quorum: QuorumRecord | null }

/** An event with who, when, and words for people. */
export type RunEntry = RunEvent & { atMs: number; actor: Actor; text: string }

export interface StepDone {
  how: How
  atMs: number
  text: string
}

export interface OpenIntent extends Intent {
  /** Position of its entry in the journal. */
  seq: number
  sentAtMs: number
  outcome: ChangeOutcome | null
}

export interface Stated {
  statement: string
  by: string
  atMs: number
  /** The fact that it answers; none in a journal of before that was kept. */
  about?: string | undefined
  /** Its step was done since. */
  isUsed?: boolean
}

/** A request that leaves something. */
export interface LastingAct {
  act: ClusterAct
  /** None in a journal of before that was kept. */
  before?: Config[] | undefined
}

/** The last request of a step that does not change the voters. */
export interface LastAct extends LastingAct {
  /** Position of its entry in the journal. */
  seq: number
  sentAtMs: number
  /** `null` while it is under way. An answer proves nothing but of a validation. */
  outcome: ChangeOutcome | null
  /** When it was answered or given up. */
  endedAtMs: number | null
}

/** One line of a run's log. */
export interface Note {
  atMs: number
  actor: string
  text: string
  step: string | null
  /** Why the hosts of a sandbox could not do what they were asked for; `null` where they could, or were not asked. */
  hostsProblem: string | null
}

export interface Approval {
  by: Actor
  atMs: number
  untilMs: number
  /** Hash of the plan that it is for. */
  plan: string
  digest: string
  /** What has ended it; `null`: nothing. */
  void: string | null
}

export interface Run {
  id: string
  kind: WorkflowKind
  cluster: string
  /** Kafka's cluster id. */
  clusterId: string
  params: RunParams
  reason: string
  driver: Actor
  startedAtMs: number
  endedAtMs: number | null
  /** Number of entries. */
  revision: number
  plan: Plan
  /** The voters as they must be while no intent is open. */
  expected: ReplicaKey[]
  done: Readonly<Record<string, StepDone>>
  /** By `step/key`. */
  statements: Readonly<Record<string, Stated>>
  intent: OpenIntent | null
  /** By step. */
  acts: Readonly<Record<string, LastAct>>
  /**
   * All requests that set a configuration or began moves, in their order: those of an earlier plan too. Absent where there
   * is none, and in a run that ended before they were kept.
   */
  lasting?: readonly LastingAct[]
  /** When the host actions of a step were done last, by step. */
  hosted: Readonly<Record<string, number>>
  /** Intents of a step that were proven not applied. */
  failures: Readonly<Record<string, number>>
  lastFailure: { step: string; text: string } | null
  parked: { by: string; reason: string; atMs: number; lockLost: boolean } | null
  drift: { seen: ReplicaKey[]; atMs: number } | null
  undo: { reason: string; change: VoterChange } | null
  /** Why what is left is being taken back; absent while it is not. */
  cleaning?: string
  /** It had ended, and was taken up to clean up; absent else. */
  hadEnded?: boolean
  /** All who have driven it, whoever asked for it first; absent in a journal of before that was kept. */
  drivers?: readonly Actor[]
  approval?: Approval
  brokenGlass?: { by: Actor; atMs: number; reason: string }
  outcome: 'done' | 'aborted' | null
  endReason: string
  /** When the step that is going on began. */
  stepSinceMs: number
  notes: Note[]
}

export const ENGINE: Actor = { id: 'quorumdeck', name: 'Quorumdeck' }

export interface RunHead {
  id: string
  cluster: string
  clusterId: string
}

/**
 * Whether a person has said it of the fact as it is now. What was said of another one counts no more, nor what was said
 * before the step was done: it is done anew, because what it had proven does not hold any more.
 * @param isAnew the step was done once and is the current one again
 */
export function hasStated(run: Run, step: string, key: string, about: string, isAnew = false): boolean {
  const said = run.statements[`${step}/${key}`]
  return said !== undefined && said.about === about && !(isAnew && said.isUsed === true)
}
