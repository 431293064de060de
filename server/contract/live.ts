/**
 * Messages of the websocket `/ws`. The server speaks first (`hello`); a client subscribes to clusters and only listens
 * from then on. What shows a cluster (snapshot, delta, link, ping) carries `ageMs`: how old the newest observation was when it
 * was sent. A reader adds its own monotonic time since receipt, so a frozen picture can never look fresh.
 */
import * as z from 'zod/mini'
import { AlertSummary } from './alerts/incidents.ts'
import { ClusterLink } from './clusters.ts'
import { QuorumEvent } from './past/events.ts'
import {
  ControllerAccount,
  Finding,
  Incident,
  ObservationSource,
  QuorumFacts,
  QuorumView,
  ReplicaView,
} from './quorumView.ts'
import { Page, Person } from './room/presence.ts'
import { Seat } from './room/seat.ts'
import { AccessRole } from './session.ts'
import { Actor, Workflow, WorkflowSummary } from './workflows.ts'

export const PROTOCOL_VERSION = 1

const cluster = z.string().check(z.minLength(1), z.maxLength(64))
const ageMs = z.nullable(z.int().check(z.nonnegative()))
const nullableCount = z.nullable(z.int())

export const ClientMessage = z.discriminatedUnion('type', [
  /** With `serverRunId` and `seq` of the view a client still holds, the server only sends what came after it. */
  z.object({
    type: z.literal('subscribe'),
    cluster,
    serverRunId: z.optional(z.string().check(z.maxLength(64))),
    seq: z.optional(z.int()),
  }),
  z.object({ type: z.literal('unsubscribe'), cluster }),
  /** A gap in `seq` was seen: send a snapshot. */
  z.object({ type: z.literal('resync'), cluster }),
  /** Send this run of a subscribed cluster whole, now and whenever it changes; `null`: no run any more. */
  /** Who looks at a subscribed cluster from here, and on which page. */
  z.object({
    type: z.literal('here'),
    cluster,
    as: Actor,
    page: Page,
    run: z.nullable(z.string().check(z.maxLength(64))),
  }),
  z.object({ type: z.literal('follow'), cluster, workflow: z.nullable(z.string().check(z.maxLength(64))) }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

/** `[index, logEndOffset, lag, timeLagMs, lastFetchAgeMs, lastCaughtUpAgeMs]`, index into the view's replicas. */
export const ReplicaNumbers = z.tuple([
  z.int(),
  nullableCount,
  nullableCount,
  nullableCount,
  nullableCount,
  nullableCount,
])
export type ReplicaNumbers = z.infer<typeof ReplicaNumbers>

const { nodeId: _n, directoryId: _d, ...replicaRest } = ReplicaView.shape
const {
  logEndOffset: _l,
  lag: _g,
  timeLagMs: _t,
  lastFetchAgeMs: _f,
  lastCaughtUpAgeMs: _c,
  ...replicaWords
} = replicaRest

/** Fields of a replica that are sent by name where they change; figures go in rows. */
export const REPLICA_WORDS = Object.keys(replicaWords) as (keyof typeof replicaWords)[]

/** What changed from view `seq - 1` to view `seq`; the replicas and their order are those of the last snapshot. */
export const Delta = z.object({
  type: z.literal('delta'),
  cluster,
  seq: z.int(),
  /** `observedAtMs` of the new view. */
  at: z.int(),
  ageMs,
  /** Changed facts of the quorum. */
  q: z.optional(z.partial(QuorumFacts)),
  /** Changed numbers, a row each. */
  r: z.optional(z.array(ReplicaNumbers)),
  /** Changed words of a replica: `[index, fields]`. */
  w: z.optional(z.array(z.tuple([z.int(), z.partial(z.object(replicaWords))]))),
  f: z.optional(z.array(Finding)),
  s: z.optional(ObservationSource),
  c: z.optional(z.nullable(z.array(ControllerAccount))),
  i: z.optional(z.array(Incident)),
})
export type Delta = z.infer<typeof Delta>

export const ServerMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int(),
    serverRunId: z.string(),
    role: AccessRole,
    /** At least one message of each subscribed cluster in this time, else the server or the way to it is gone. */
    heartbeatMs: z.int(),
  }),
  z.object({
    type: z.literal('snapshot'),
    cluster,
    ageMs,
    /** The sample interval in force. */
    intervalMs: z.int(),
    link: ClusterLink,
    view: z.nullable(QuorumView),
    /** Runs that have not ended. */
    workflows: z.array(WorkflowSummary),
    /** Open ones, gravest first; left out where there are none. */
    alerts: z.optional(z.array(AlertSummary)),
  }),
  Delta,
  /** The server reaches the cluster in another way than before. */
  z.object({ type: z.literal('link'), cluster, ageMs, link: ClusterLink }),
  z.object({ type: z.literal('event'), cluster, event: QuorumEvent }),
  /** A run began, moved or ended; whole for whoever follows it, with live gates. */
  z.object({ type: z.literal('workflow'), cluster, summary: WorkflowSummary, workflow: z.nullable(Workflow) }),
  /** An alert began, ended or was acknowledged: all that are open now. */
  z.object({ type: z.literal('alerts'), cluster, alerts: z.array(AlertSummary) }),
  /** How many browsers watch this cluster now, and who of them told who they are: at most 50, `more` of them are left out. */
  z.object({ type: z.literal('presence'), cluster, watching: z.int(), people: z.array(Person), more: z.int() }),
  /** Who drives each run that goes on, whether they are here, and who asks to drive. */
  z.object({ type: z.literal('seats'), cluster, seats: z.array(Seat) }),
  /** The server is alive and has nothing new: the observation has this age by now. */
  z.object({ type: z.literal('ping'), cluster, ageMs }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), remedy: z.string() }),
])
export type ServerMessage = z.infer<typeof ServerMessage>
/** Whatever is about one cluster. */
export type ClusterMessage = Extract<ServerMessage, { cluster: string }>
