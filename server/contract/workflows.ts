/**
 * Guided changes of a quorum, as every screen and script drives them. The rules live on the server: a client shows what
 * it is given and sends one of `allowedCommands` back.
 */
import * as z from 'zod/mini'
import { Advice } from './advice.ts'
import { HandOver } from './cruiseControl.ts'
import { Recovery } from './disk/recovery.ts'
import { DiskReport } from './diskReport.ts'
import { NodeConfigNeed } from './nodeConfig.ts'
import { Endpoint, Health, ReplicaKey } from './quorumView.ts'
import { RoomNote } from './room/notes.ts'
import { Permission } from './runs/permission.ts'

const nodeId = z.int().check(z.nonnegative(), z.maximum(2_147_483_647))
const directoryId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/))

/** Disks of one cluster that a recovery is planned on. */
export const MAX_REPORTS = 40
/** Of all of them together, as JSON. */
export const MAX_REPORTS_BYTES = 4 * 1024 * 1024

/** Longest reason, in characters. */
export const MAX_REASON = 500

/** Markup and control characters have no place in a reason: it is shown, printed and kept as plain text. */
const PLAIN_TEXT = /^(?![\s\S]*<[a-z/!?])(?![\s\S]*javascript:)[^\p{Cc}]*$/iu

const plainText = (max: number) =>
  z.string().check(
    z.trim(),
    z.maxLength(max),
    z.refine((text) => PLAIN_TEXT.test(text), 'must be plain text in one line, without markup'),
  )

export const Reason = plainText(MAX_REASON)

/** A name that a person gives to something. */
export const Label = plainText(64).check(z.minLength(1))

/** Who does something. Until there are accounts, a browser names itself; a script that says nothing is `operator`. */
export const Actor = z.object({
  id: z.string().check(
    z.regex(/^[\w.-]{1,64}$/),
    z.refine((id) => id.toLowerCase() !== 'quorumdeck', 'is the name of Quorumdeck itself'),
  ),
  name: plainText(64).check(
    z.minLength(1),
    z.refine((name) => name.toLowerCase() !== 'quorumdeck', 'is the name of Quorumdeck itself'),
  ),
})
export type Actor = z.infer<typeof Actor>

export const WorkflowKind = z.enum([
  'add-controller',
  'remove-controller',
  'replace-disk',
  'replace-controller',
  'scale',
  'rolling-restart',
  'unregister-broker',
  'static-to-dynamic',
  'migrate-combined',
  'migrate-dedicated',
  'recover-quorum',
  'move-voters',
])
export type WorkflowKind = z.infer<typeof WorkflowKind>

/** Runbooks for what no wizard can do. */
export const ManualRecoveryName = z.enum(['lost-majority', 'combined-disk', 'static-disk'])
export type ManualRecoveryName = z.infer<typeof ManualRecoveryName>

const commandId = z.string().check(z.regex(/^[\w.:-]{1,64}$/))

/** Most voters that a quorum may be scaled to. Each one more makes every commit wait for more of them. */
export const MAX_CONTROLLERS = 9

const controllers = z.int().check(z.minimum(1), z.maximum(MAX_CONTROLLERS))
/** A set, whatever a client sends: each node is meant once. */
const nodeSet = z.array(nodeId).check(
  z.maxLength(100),
  z.overwrite((ids) => [...new Set(ids)]),
)
const nodeIds = nodeSet.check(z.minLength(1))

/** Bytes per second that each broker may spend on copies; Kafka takes 0 as well, and then nothing moves at all. */
const throttle = z.int().check(z.minimum(1))

const start = {
  reason: z.optional(Reason),
  /** Plan only: nothing is kept and nothing is done. */
  dryRun: z.optional(z.boolean()),
  as: z.optional(Actor),
  /** The same id again gives the same answer and starts nothing twice. */
  commandId: z.optional(commandId),
  /** Take the place of a run that rests, to remove or replace a voter that is silent. Needs a reason. */
  preempt: z.optional(z.boolean()),
}

/** What `quorumdeck disk inspect --json` printed on each host. They are kept with the beginning of the run, as evidence. */
const reports = z.array(DiskReport).check(z.minLength(1), z.maxLength(MAX_REPORTS))
/** Where each voter listens from now on: every controller listener of it. */
const addresses = z
  .array(z.strictObject({ nodeId, endpoints: z.array(Endpoint).check(z.minLength(1), z.maxLength(10)) }))
  .check(z.minLength(1), z.maxLength(100))

/** Body of `POST /api/clusters/{cluster}/workflows`. */
export const StartWorkflow = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('add-controller'),
    params: z.strictObject({ nodeId: z.optional(nodeId), directoryId: z.optional(directoryId) }),
    ...start,
  }),
  z.strictObject({
    kind: z.literal('remove-controller'),
    params: z.strictObject({ nodeId, directoryId }),
    ...start,
  }),
  z.strictObject({ kind: z.literal('replace-disk'), params: z.strictObject({ nodeId }), ...start }),
  z.strictObject({
    kind: z.literal('replace-controller'),
    /** Without `newNodeId` the plan begins with making the new controller. */
    params: z.strictObject({ oldNodeId: nodeId, newNodeId: z.optional(nodeId) }),
    ...start,
  }),
  z.strictObject({ kind: z.literal('scale'), params: z.strictObject({ controllers }), ...start }),
  z.strictObject({
    kind: z.literal('rolling-restart'),
    /** Without `nodeIds` every node of the cluster. */
    params: z.strictObject({ nodeIds: z.optional(nodeIds) }),
    ...start,
  }),
  z.strictObject({ kind: z.literal('unregister-broker'), params: z.strictObject({ nodeId }), ...start }),
  z.strictObject({ kind: z.literal('static-to-dynamic'), params: z.strictObject({}), ...start }),
  z.strictObject({
    kind: z.literal('migrate-combined'),
    params: z.strictObject({
      nodeIds,
      retireBrokerIds: z.optional(nodeSet),
      throttleBytesPerSecond: z.optional(throttle),
    }),
    ...start,
  }),
  z.strictObject({
    kind: z.literal('migrate-dedicated'),
    params: z.strictObject({ nodeIds, throttleBytesPerSecond: z.optional(throttle) }),
    ...start,
  }),
  z.strictObject({
    kind: z.literal('recover-quorum'),
    /** `lost`: voters whose disks are gone. `seedNodeId`: on which controller's new disk a broker's copy is put. */
    params: z.strictObject({ reports, lost: nodeSet, seedNodeId: z.optional(nodeId) }),
    ...start,
  }),
  z.strictObject({
    kind: z.literal('move-voters'),
    params: z.strictObject({ reports, addresses }),
    ...start,
  }),
])
export type StartWorkflow = z.infer<typeof StartWorkflow>

/** The params of any kind, as a run has them. */
export const WorkflowParams = z.object({
  nodeId: z.optional(nodeId),
  directoryId: z.optional(directoryId),
  oldNodeId: z.optional(nodeId),
  newNodeId: z.optional(nodeId),
  controllers: z.optional(controllers),
  nodeIds: z.optional(nodeIds),
  retireBrokerIds: z.optional(z.array(nodeId)),
  throttleBytesPerSecond: z.optional(throttle),
  lost: z.optional(nodeSet),
  seedNodeId: z.optional(nodeId),
  addresses: z.optional(addresses),
})
export type WorkflowParams = z.infer<typeof WorkflowParams>

/**
 * One rule, and how it stands on the facts of now. An action runs only while every gate of its step is `ok`; a fact
 * that is unknown or old is not ok.
 */
export const Gate = z.object({
  /** Stable, for example `margin-after`. */
  code: z.string(),
  /** What must hold, in words. */
  title: z.string(),
  ok: z.boolean(),
  /** Not ok yet, and expected to become so without anybody doing anything. */
  waiting: z.boolean(),
  observed: z.string(),
  required: z.string(),
  why: z.string(),
  /** KIP, Kafka file or measurement that the rule comes from. */
  source: z.string(),
  /** What would make it pass; empty while it is ok. */
  remedy: z.string(),
})
export type Gate = z.infer<typeof Gate>

/**
 * `execute`: send the voter change of the step. `state`: a person's statement that no observation can give. `choose`: the
 * candidate. `do-it-for-me`: the host actions of the step, on a sandbox. `abort`: end, nothing has changed. `undo`: take a
 * change back, as new gated steps. `leave`: end with what has changed so far. `park` and `resume`: let an emergency go
 * first. `approve` and `withdraw-approval`: of a second person. `break-glass`: go on without what the rules of the cluster ask for. `cancel`: take back moves of partitions that are going on. `clean-up`: put back what the run has set on brokers and topics, as new gated steps, and end. `take-over`: drive from here. `replan`: accept the voters as they are and plan the rest anew.
 */
export const CommandType = z.enum([
  'execute',
  'state',
  'choose',
  'do-it-for-me',
  'abort',
  'undo',
  'leave',
  'park',
  'resume',
  'take-over',
  'replan',
  'cancel',
  'clean-up',
  'approve',
  'withdraw-approval',
  'break-glass',
])
export type CommandType = z.infer<typeof CommandType>

/** What a person must say. `typed`: by typing the statement; otherwise by ticking it. */
export const Confirmation = z.object({ statement: z.string(), typed: z.boolean(), why: z.string() })
export type Confirmation = z.infer<typeof Confirmation>

/** A complete command: send it back as it is, with `confirmation` and `reason` where they are needed. */
export const AllowedCommand = z.object({
  type: CommandType,
  /** Key of the step it belongs to. */
  step: z.optional(z.string()),
  /** Which statement, of `state`. */
  key: z.optional(z.string()),
  nodeId: z.optional(nodeId),
  directoryId: z.optional(directoryId),
  /** For a button. */
  label: z.string(),
  /** What it does, in words. */
  does: z.string(),
  /** The same as a command of Kafka's own tools; `null` where there is none. */
  equivalent: z.nullable(z.string()),
  /** `null`, or what must stand in `confirmation` word for word. */
  needsConfirmation: z.nullable(Confirmation),
  needsReason: z.boolean(),
  /** Gives up what the run is for: never the first button. A removal that the run is for is guarded by its confirmation. */
  danger: z.boolean(),
  /** What leads on: on one command at the most, the first. Whoever sends it each time, and waits where there is none, finishes the run. */
  recommended: z.optional(z.boolean()),
})
export type AllowedCommand = z.infer<typeof AllowedCommand>

/** A command as it comes in. The words of an allowed command may come along; they are not read. */
export const WorkflowCommand = z.object({
  type: CommandType,
  step: z.optional(z.string().check(z.maxLength(64))),
  key: z.optional(z.string().check(z.maxLength(64))),
  nodeId: z.optional(nodeId),
  directoryId: z.optional(directoryId),
  confirmation: z.optional(z.string().check(z.maxLength(200))),
  reason: z.optional(Reason),
})
export type WorkflowCommand = z.infer<typeof WorkflowCommand>

/** Body of `POST /api/workflows/{id}/commands`. */
export const CommandRequest = z.object({
  commandId,
  /** `revision` of the run that the sender has seen. */
  expectedRevision: z.int(),
  command: WorkflowCommand,
  as: z.optional(Actor),
})
export type CommandRequest = z.infer<typeof CommandRequest>

export const HostCommand = z.object({
  host: z.string(),
  text: z.string(),
  /**
   * What Kafka's tool prints when it worked, word for word; a part in angle brackets is of the moment. Empty: nothing.
   * `null`: the text is no command, but lines of a file; also in a plan of a release that did not know it.
   */
  prints: z._default(z.nullable(z.string()), null),
  note: z.string(),
})
export type HostCommand = z.infer<typeof HostCommand>

export const StepState = z.enum([
  'pending',
  /** Its gates do not all hold. */
  'checking',
  /** Its gates hold; a person's statement is awaited. */
  'ready',
  /** A voter change was sent. */
  'executing',
  /** A person acts on a host; the quorum is watched for it. */
  'awaiting-operator',
  /** What was done is being proven by observation. */
  'verifying',
  'done',
  'skipped',
])
export type StepState = z.infer<typeof StepState>

export const Note = z.object({ atMs: z.int(), text: z.string() })
export type Note = z.infer<typeof Note>

export const WorkflowStep = z.object({
  key: z.string(),
  title: z.string(),
  /** The part of a longer run that it belongs to; empty where there is none. */
  group: z.string(),
  /** Short, for the stepper: what is awaited, or how it came out. */
  detail: z.string(),
  actor: z.enum(['server', 'operator']),
  state: StepState,
  gates: z.array(Gate),
  /** Codes of those `gates` that hold once the step is done; the others must hold before it is begun. */
  doneWhen: z.array(z.string()),
  /** What the operator does on which host; for a server step the equivalent command. */
  commands: z.array(HostCommand),
  /** What the properties file of a node must say for it, beside what the node says now; of the step that is going on. */
  configs: z.array(NodeConfigNeed),
  lookingFor: z.array(z.string()),
  evidence: z.array(Note),
  startedAtMs: z.nullable(z.int()),
  endedAtMs: z.nullable(z.int()),
})
export type WorkflowStep = z.infer<typeof WorkflowStep>

/** What can be lost at one moment of the plan: now, or after a step. */
export const MarginStage = z.object({
  label: z.string(),
  /** Key of the step after which it is so; `null`: now. */
  step: z.nullable(z.string()),
  voters: z.array(z.object({ ...ReplicaKey.shape, health: Health, leads: z.boolean(), rack: z.nullable(z.string()) })),
  majority: z.int(),
  margin: z.nullable(z.int()),
  /** The worst that one more fault makes of it: "if 5 fails". */
  worst: z.nullable(z.object({ label: z.string(), margin: z.int() })),
  /** The worst that the loss of one whole rack makes of it; `null` where no rack is known, or a health is not. */
  worstRack: z.nullable(z.object({ label: z.string(), margin: z.int() })),
})
export type MarginStage = z.infer<typeof MarginStage>

/** How far a candidate has come towards the leader. */
export const CatchUp = z.object({
  ...ReplicaKey.shape,
  lag: z.nullable(z.int()),
  lastFetchAgeMs: z.nullable(z.int()),
  /** Records a second that it gains on the leader; `null` while it is not known. */
  gainPerSecond: z.nullable(z.number()),
  etaMs: z.nullable(z.int()),
  /** Near zero without a break for this long; the window needs `neededMs`. */
  nearZeroMs: z.int(),
  neededMs: z.int(),
  samples: z.int(),
  /** Why the window began anew last. */
  lastReset: z.nullable(Note),
  /** `[time by the dashboard's clock, lag]`, oldest first. */
  trail: z.array(z.tuple([z.int(), z.int()])),
})
export type CatchUp = z.infer<typeof CatchUp>

/** How far the emptying of brokers has come, of one topic or in all. Bytes as the brokers report their disks; `null` is unknown. */
export const MoveFigures = z.object({
  /** Partitions with a replica on a broker that is emptied. */
  partitionsLeft: z.int(),
  /** How many of them are being moved now. */
  partitionsMoving: z.int(),
  /** Copied to the brokers that stay, since `sinceMs`. */
  bytesMoved: z.nullable(z.int()),
  /** Still to be copied, by the largest replica of each partition. */
  bytesLeft: z.nullable(z.int()),
  /** Mean of the last minute. */
  bytesPerSecond: z.nullable(z.int()),
  etaMs: z.nullable(z.int()),
})
export type MoveFigures = z.infer<typeof MoveFigures>

export const MoveProgress = z.object({
  /** When the count began: with the step, or when Quorumdeck was started last. `null` before the first look at the disks. */
  sinceMs: z.nullable(z.int()),
  /** When the brokers were asked last. */
  lookedAtMs: z.nullable(z.int()),
  /** For how long the moves that are going on have copied nothing; `null` while none is going on. */
  stillMs: z.nullable(z.int()),
  total: MoveFigures,
  /** Those being moved first, then those with the most to copy; at most 50. */
  topics: z.array(z.object({ topic: z.string(), ...MoveFigures.shape })),
  /** How many topics more there are. */
  moreTopics: z.int(),
})
export type MoveProgress = z.infer<typeof MoveProgress>

/** An observer that is a registered controller: it may become a voter. */
export const Candidate = z.object({
  ...ReplicaKey.shape,
  lag: z.nullable(z.int()),
  health: Health,
  /** Why it cannot be chosen; empty where it can. */
  problem: z.string(),
})
export type Candidate = z.infer<typeof Candidate>

export const WorkflowState = z.enum([
  'planned',
  'running',
  'waiting',
  'blocked',
  'outcomeUnknown',
  'pausedDrift',
  'done',
  'aborted',
])
export type WorkflowState = z.infer<typeof WorkflowState>

export const WorkflowSummary = z.object({
  id: z.string(),
  kind: WorkflowKind,
  cluster: z.string(),
  title: z.string(),
  state: WorkflowState,
  /** What it does or waits for now, in one sentence. */
  now: z.string(),
  revision: z.int(),
  /** 1-based position of the current step, and how many there are. */
  step: z.int(),
  steps: z.int(),
  stepTitle: z.string(),
  driver: Actor,
  startedAtMs: z.int(),
  endedAtMs: z.nullable(z.int()),
  /** Nodes that the part which is under way stops, restarts or takes out; left out where there are none, and while the run rests. */
  disturbs: z.optional(z.array(nodeId)),
  /** It acts without the approval, or outside of the time, that the rules of its cluster ask for: who, and why. */
  brokenGlass: z.optional(z.object({ by: z.string(), reason: z.string() })),
})
export type WorkflowSummary = z.infer<typeof WorkflowSummary>

export const Workflow = z.object({
  id: z.string(),
  kind: WorkflowKind,
  cluster: z.string(),
  /** Kafka's cluster id, which every write carries. */
  clusterId: z.string(),
  title: z.string(),
  params: WorkflowParams,
  reason: z.string(),
  state: WorkflowState,
  now: z.string(),
  revision: z.int(),
  driver: Actor,
  startedAtMs: z.int(),
  endedAtMs: z.nullable(z.int()),
  /** Where rules of the cluster are about it: whether it may act. */
  permission: z._default(z.nullable(Permission), null),
  /** Rests, so that an emergency may go first. */
  parked: z.nullable(z.object({ by: z.string(), reason: z.string(), atMs: z.int() })),
  steps: z.array(WorkflowStep),
  /** Key of the step that is going on; `null` once ended. */
  currentStep: z.nullable(z.string()),
  /** Recommended one first. */
  allowedCommands: z.array(AllowedCommand),
  /** The action of this step while its gates do not hold: what it will be, and what it waits for. */
  next: z.nullable(
    z.object({
      label: z.string(),
      does: z.string(),
      equivalent: z.nullable(z.string()),
      /** Codes of the gates that do not hold. */
      blockedBy: z.array(z.string()),
      /** `null` where nobody can know. */
      possibleInMs: z.nullable(z.int()),
    }),
  ),
  margins: z.array(MarginStage),
  /** What Kafka itself would do with this step's change, and what would come of it. */
  counterfactual: z.nullable(z.object({ title: z.string(), text: z.string(), harmful: z.boolean() })),
  candidates: z.array(Candidate),
  catchUp: z.nullable(CatchUp),
  /** Of brokers that are emptied; `null` while none are. */
  moves: z.nullable(MoveProgress),
  /** Of brokers that are emptied: whether Cruise Control does it, and how that stands; `null` while none are. */
  handOver: z.nullable(HandOver),
  /** Of a run that brings a quorum back on a copy of its log; `null` else. */
  recovery: z.nullable(Recovery),
  notices: z.array(z.extend(Advice, { text: z.string() })),
  /** What happened in this run, newest first. */
  log: z.array(z.object({ atMs: z.int(), actor: z.string(), text: z.string() })),
})
export type Workflow = z.infer<typeof Workflow>

export const WorkflowList = z.object({
  /** Whether this run of the server can change the quorum of the cluster, and if not, why. */
  unavailable: z.nullable(z.string()),
  workflows: z.array(WorkflowSummary),
  /** Runs that go on although their Kafka cluster is watched under no name now: they can be ended. Of all clusters. */
  unwatched: z._default(z.array(WorkflowSummary), []),
})
export type WorkflowList = z.infer<typeof WorkflowList>

/** Everything that was kept of a run, for a ticket or a court. */
export const Evidence = z.object({
  workflow: Workflow,
  /** Figures that the rules used, with where they come from. */
  thresholds: z.array(z.object({ name: z.string(), value: z.string(), source: z.string() })),
  timings: z.array(z.object({ step: z.string(), title: z.string(), ms: z.int() })),
  entries: z.array(
    z.object({
      /** Position in the journal; the revision of the run after it. */
      seq: z.int(),
      atMs: z.int(),
      actor: z.string(),
      type: z.string(),
      text: z.string(),
      /** As it was kept: gates with their inputs, the quorum before and after, request, answer, duration. */
      data: z.unknown(),
    }),
  ),
  /** What people wrote about the run, oldest first; between the entries by time. */
  notes: z._default(z.array(RoomNote), []),
})
export type Evidence = z.infer<typeof Evidence>
