/** A quorum that Quorumdeck started itself, simulated or of real Kafka processes: its hosts can be broken by a click. */
import * as z from 'zod/mini'
import { DiskReport, LoggedVoter } from './diskReport.ts'
import { Role } from './quorumView.ts'

/**
 * `running`; `slow`: it answers and fetches late; `frozen`: the process exists but does nothing (SIGSTOP);
 * `stopped`: no process, its disk is as it was; `wiped`: no process and an empty disk, it must be formatted.
 */
export const SandboxNodeState = z.enum(['running', 'slow', 'frozen', 'stopped', 'wiped'])
export type SandboxNodeState = z.infer<typeof SandboxNodeState>

/**
 * `stop`: orderly shutdown; `kill`: at once (SIGKILL); `wipe`: the disk is lost, and the process with it; `format`: what
 * `kafka-storage format --no-initial-controllers` does, a new directory id on an empty disk; `restart`: stop and start.
 */
export const SandboxNodeAction = z.enum([
  'start',
  'stop',
  'kill',
  'restart',
  'freeze',
  'resume',
  'slow',
  'unslow',
  'wipe',
  'format',
])
export type SandboxNodeAction = z.infer<typeof SandboxNodeAction>

/** Situations to practise on a simulated quorum. */
export const LessonKey = z.enum([
  'disk-fails',
  'two-things-fail',
  'wrong-order',
  'wizard-interrupted',
  'static-to-dynamic',
  'two-disks-are-gone',
])
export type LessonKey = z.infer<typeof LessonKey>

/** What an operator would have typed instead of using a wizard: Kafka's own tools, which ask no questions. */
export const LessonTool = z.enum(['remove-healthy-voter', 'add-before-remove', 'upgrade-kraft-version'])
export type LessonTool = z.infer<typeof LessonTool>

export const Lesson = z.object({
  key: LessonKey,
  title: z.string(),
  /** What has happened. */
  story: z.string(),
  /** What to do and what to look at, in order. */
  lookAt: z.array(z.string()),
  /** Commands that may be tried here by a click, with what they show. */
  tools: z.array(z.object({ tool: LessonTool, command: z.string(), shows: z.string() })),
})
export type Lesson = z.infer<typeof Lesson>

/** `add-node` makes a new host, formatted and stopped; `reset` makes the whole quorum anew. */
export const SandboxAction = z.discriminatedUnion('action', [
  z.object({ action: SandboxNodeAction, nodeId: z.int().check(z.nonnegative()) }),
  z.object({ action: z.literal('add-node'), roles: z.array(Role).check(z.minLength(1)) }),
  z.object({ action: z.literal('reset') }),
  /** Edits the node's properties file; its process reads it when it is started the next time. */
  z.object({
    action: z.literal('configure'),
    nodeId: z.int().check(z.nonnegative()),
    roles: z.optional(z.array(Role).check(z.minLength(1))),
    /** Ids of the controllers that controller.quorum.bootstrap.servers names from then on; controller.quorum.voters goes. */
    bootstrapControllers: z.optional(z.array(z.int().check(z.nonnegative())).check(z.minLength(1))),
  }),
  /**
   * What `quorumdeck disk recover` and `set-endpoints` do to the disk of a stopped node: one KRaftVoters record at the end of its
   * log, in this epoch.
   */
  z.object({
    action: z.literal('append-voters'),
    nodeId: z.int().check(z.nonnegative()),
    epoch: z.int().check(z.nonnegative()),
    voters: z.array(LoggedVoter).check(z.minLength(1)),
  }),
  /** What `quorumdeck disk graft` does: the disk of a controller that is not running is made of the copy of another node. */
  z.object({
    action: z.literal('graft'),
    nodeId: z.int().check(z.nonnegative()),
    fromNodeId: z.int().check(z.nonnegative()),
  }),
  /** Takes the metadata log from the disk of a stopped node: `rm -r __cluster_metadata-0`. Its identity stays. */
  z.object({ action: z.literal('purge-log'), nodeId: z.int().check(z.nonnegative()) }),
  /** Makes the quorum anew, as a lesson begins; simulated quorums only. */
  z.object({ action: z.literal('lesson'), lesson: LessonKey }),
  /** Runs a command of the lesson that is going on. */
  z.object({ action: z.literal('tool'), tool: LessonTool }),
])
export type SandboxAction = z.infer<typeof SandboxAction>

export const SandboxNode = z.object({
  nodeId: z.int(),
  roles: z.array(Role),
  state: SandboxNodeState,
  /** Directory id on the node's disk; `null` when it is empty. */
  directoryId: z.nullable(z.string()),
  address: z.string(),
  /** Ids of the controllers that its properties file names since it was edited; left out before. */
  bootstrapControllers: z.optional(z.array(z.int())),
  /** What can be done to it now. */
  actions: z.array(SandboxNodeAction),
})
export type SandboxNode = z.infer<typeof SandboxNode>

export const SandboxState = z.object({
  simulated: z.boolean(),
  /** In words: "simulated Kafka 4.3 quorum", "Apache Kafka 3.9.2". */
  label: z.string(),
  nodes: z.array(SandboxNode),
  /** Empty where there are none to play. */
  lessons: z.array(Lesson),
  /** The lesson that is going on. */
  lesson: z.nullable(LessonKey),
  /** What Kafka answered to the last command of the lesson. */
  toolAnswer: z.nullable(z.object({ tool: LessonTool, text: z.string() })),
})
export type SandboxState = z.infer<typeof SandboxState>

/** What a sandbox offers the server; `main` connects the two. Rejects with an Error whose message is for people. */
export interface SandboxPort {
  describe(): Promise<SandboxState>
  act(action: SandboxAction): Promise<SandboxState>
  /** What `quorumdeck disk inspect` reports of every host whose disk can be read, running or not. */
  reports(): Promise<DiskReport[]>
}

/** Answer of `GET /api/clusters/{cluster}/sandbox/disks`. */
export const SandboxDisks = z.object({ reports: z.array(DiskReport) })
export type SandboxDisks = z.infer<typeof SandboxDisks>
