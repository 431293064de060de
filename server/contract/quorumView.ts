/**
 * What Quorumdeck knows of one controller quorum, as every screen, script and gate reads it.
 *
 * Unknown is `null`, never -1 or 0. Offsets are record offsets of `__cluster_metadata`-0, ages and time lags are
 * milliseconds measured on the leader's clock (its own row carries "now"), so no clock skew is in them.
 */
import * as z from 'zod/mini'
import { Advice } from './advice.ts'

const count = z.int().check(z.nonnegative())
const nodeId = z.int().check(z.nonnegative())
/** Kafka's 22-character base64url form of a directory id; `null` where the quorum has none (static quorums). */
const directoryId = z.nullable(z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)))

export const ReplicaKey = z.object({ nodeId, directoryId })
export type ReplicaKey = z.infer<typeof ReplicaKey>

export const Endpoint = z.object({ listener: z.string(), host: z.string(), port: z.int() })
export type Endpoint = z.infer<typeof Endpoint>

/**
 * `ok`; `lagging`: caught up longer ago than the fetch timeout; `silent`: no fetch for the fetch timeout or longer;
 * `unknown`: a young leader has not seen it yet, or nobody leads.
 */
export const Health = z.enum(['ok', 'lagging', 'silent', 'unknown'])
export type Health = z.infer<typeof Health>

export const ReplicaStatus = z.enum(['leader', 'follower', 'observer'])
export type ReplicaStatus = z.infer<typeof ReplicaStatus>

export const Role = z.enum(['controller', 'broker'])
export type Role = z.infer<typeof Role>

/** One incarnation of a node: a node id on one disk. An old disk and its replacement are two replicas of one id. */
export const ReplicaView = z.object({
  nodeId,
  directoryId,
  status: ReplicaStatus,
  logEndOffset: z.nullable(count),
  /** Records behind the leader's log end offset. */
  lag: z.nullable(count),
  /** The leader's caught-up time minus this replica's. */
  timeLagMs: z.nullable(count),
  lastFetchAgeMs: z.nullable(count),
  lastCaughtUpAgeMs: z.nullable(count),
  health: Health,
  /** From registrations, configurations and the voter set; empty while nothing shows them. */
  roles: z.array(Role),
  endpoints: z.array(Endpoint),
  /** Whether the metadata log holds a registration of this node id; `null` where the log cannot be read. */
  registered: z.nullable(z.boolean()),
  /** Whether the broker registration is fenced; `null` for pure controllers and where it is not known. */
  fenced: z.nullable(z.boolean()),
  /** Rack or other failure domain, as the operator named it, else as the broker registered it; `null` where nobody reports it. */
  rack: z.nullable(z.string()),
})
export type ReplicaView = z.infer<typeof ReplicaView>

/** A voter set that is appended to the metadata log but not below the high watermark yet: an election may undo it. */
export const PendingVoterChange = z.object({
  offset: count,
  epoch: count,
  /** Time of the batch, on the leader's clock. */
  appendedAtMs: z.int(),
  added: z.array(ReplicaKey),
  removed: z.array(ReplicaKey),
  voters: z.array(ReplicaKey),
})
export type PendingVoterChange = z.infer<typeof PendingVoterChange>

/**
 * `answers`: it speaks Kafka and answered for itself. `refused`: nothing listens there. `silent`: no answer in time, or no way
 * to it. `unverifiable`: something answers, but TLS or the authentication does not let us see who it is, or what it answers cannot
 * be read, or our own settings keep us from asking: it does not count as down.
 */
export const Reach = z.enum(['answers', 'refused', 'silent', 'unverifiable'])
export type Reach = z.infer<typeof Reach>

/** One address of a controller, and what answers there when it is asked for itself. */
export const ControllerAccount = z.object({
  /** `host:port` */
  address: z.string(),
  /** Node id that the voter set places there; `null`: none. */
  recordedId: z.nullable(nodeId),
  /** Node id whose registration names it; `null`: none. */
  registeredId: z.nullable(nodeId),
  /** Named by the operator as a bootstrap controller. */
  configured: z.boolean(),
  reach: Reach,
  /** Node id by its own statement; `null` where it did not report it, or may not be asked (DESCRIBE_CONFIGS). */
  nodeId: z.nullable(nodeId),
  /** process.roles by its own statement; `null` where it did not report it. */
  roles: z.nullable(z.array(Role)),
  /** Whether it is of the watched cluster, by cluster id; `null` where that is not known. */
  sameCluster: z.nullable(z.boolean()),
  /** Whom it takes for the leader, itself perhaps; `null`: nobody, or it did not report it. */
  leaderId: z.nullable(nodeId),
  /** The epoch it is in; `null` where it did not report it. */
  leaderEpoch: z.nullable(count),
  /** Since when its reach and its leader are the same, dashboard's wall clock. */
  sinceMs: z.int(),
  /** Why it cannot be asked, or what it refuses, in words; empty where nothing is wrong. */
  problem: z.string(),
  /** The certificate it shows; `null` on plain listeners, and where the handshake failed before one was seen. */
  certificate: z.nullable(z.object({ names: z.array(z.string()), validToMs: z.int() })),
})
export type ControllerAccount = z.infer<typeof ControllerAccount>

/** A controller that leads beside the leader that the view shows. */
export const RivalLeader = z.object({
  address: z.string(),
  nodeId,
  leaderEpoch: count,
  voters: z.array(ReplicaKey),
  highWatermark: z.nullable(count),
  logEndOffset: z.nullable(count),
  /** Node ids of its observers that fetch from it: the brokers that follow it. */
  followers: z.array(nodeId),
  /** False while it may still be an old leader that has not noticed an election yet. */
  proven: z.boolean(),
})
export type RivalLeader = z.infer<typeof RivalLeader>

/** Something that took committed metadata away, or shows that two quorums were at work. It stays until a person closes it. */
export const Incident = z.object({
  id: z.string(),
  kind: z.enum(['metadata-missing', 'two-leaders']),
  firstSeenAtMs: z.int(),
  title: z.string(),
  /** What it means and what to do. */
  detail: z.string(),
})
export type Incident = z.infer<typeof Incident>

/**
 * Whether what was kept of this quorum is read: `pending` before that, also where the cluster id is not known; `failed` where
 * the database does not give it, which is tried again. Unless it is `read`, an incident may be open that is not shown.
 */
export const IncidentMemory = z.enum(['pending', 'failed', 'read'])
export type IncidentMemory = z.infer<typeof IncidentMemory>

/** What is left when all voters of one rack fail at once. */
export const RackLoss = z.object({
  rack: z.string(),
  /** Node ids of the voters in it. */
  voters: z.array(nodeId),
  /** Healthy voters elsewhere minus majority; `null` while the health of one is unknown. */
  margin: z.nullable(z.int()),
  /** The same if all voters elsewhere were healthy: below 0 this rack holds the quorum by the way it is built. */
  marginAtBest: z.int(),
  /** Voters whose rack nobody reports: they are counted as standing elsewhere. */
  unplaced: z.array(nodeId),
})
export type RackLoss = z.infer<typeof RackLoss>

/** One voter set that may hold while nobody leads. */
export const LeaderlessSet = z.object({
  /** `only`: no change of it is pending. Otherwise the committed one and the appended one are two, and either may hold. */
  which: z.enum(['only', 'committed', 'appended']),
  nodeIds: z.array(nodeId),
  majority: z.int(),
  /** Those of it that do not answer. */
  down: z.array(nodeId),
  /** How many of them must come back for a majority; 0: enough answer. */
  missing: count,
})
export type LeaderlessSet = z.infer<typeof LeaderlessSet>

/** The quorum as its last leader showed it: offsets are of the metadata log. Of the voters alone. */
export const LastLed = z.object({
  /** Dashboard's wall clock. */
  atMs: z.int(),
  leaderId: nodeId,
  leaderEpoch: count,
  /** Log end offset of the leader. */
  leaderEndOffset: count,
  highWatermark: z.nullable(count),
  replicas: z.array(
    z.object({
      ...ReplicaKey.shape,
      /** By the leader's bookkeeping. */
      logEndOffset: z.nullable(count),
      /** It had stopped fetching. */
      silent: z.boolean(),
    }),
  ),
})
export type LastLed = z.infer<typeof LastLed>

/** Why nobody leads, in one cause, and what each voter answers for itself. */
export const Leaderless = z.object({
  code: z.enum([
    'electing',
    'majority-down',
    'voters-line-missing',
    'scram-only',
    'wrong-places',
    'voters-unknown',
    'no-election',
  ]),
  title: z.string(),
  /** What it means. */
  detail: z.string(),
  /** What to do. */
  remedy: z.string(),
  /** Of every set that may hold; empty before they were asked. */
  voters: z.array(
    z.object({
      nodeId,
      /** Who answers and cannot be verified is not down. */
      state: z.enum(['answers', 'unverifiable', 'down']),
      /** Where the voter set has it; `null` where that is not known. */
      address: z.nullable(z.string()),
      /** Whom it takes for the leader; `null`: nobody, or it did not report it. */
      leaderId: z.nullable(nodeId),
      leaderEpoch: z.nullable(count),
      /** Why it cannot be asked; empty where nothing is wrong. */
      problem: z.string(),
    }),
  ),
  sets: z.array(LeaderlessSet),
  /** `null`: no leader was seen since Quorumdeck was started. */
  lastLed: z.nullable(LastLed),
})
export type Leaderless = z.infer<typeof Leaderless>

export const QuorumFacts = z.object({
  leaderId: z.nullable(nodeId),
  leaderEpoch: z.nullable(count),
  /** When the leader's epoch began (its LeaderChange record, leader's clock); `null` where the log cannot be read. */
  leaderSinceMs: z.nullable(z.int()),
  /** The leader's wall clock in this observation: an absolute time is this minus an age. */
  leaderClockMs: z.nullable(z.int()),
  highWatermark: z.nullable(count),
  kraftVersion: z.nullable(count),
  /** For example `4.3-IV0`; `level 31` where this version of Quorumdeck does not know the name. */
  metadataVersion: z.nullable(z.string()),
  /** Release line of the leader, known from the features it supports (for example `4.3`); `null` where unknown. */
  kafkaRelease: z.nullable(z.string()),
  mode: z.nullable(z.enum(['dynamic', 'static'])),
  voters: count,
  majority: count,
  healthyVoters: count,
  /** `healthyVoters - majority`: how many more controllers may fail. Negative: the majority is lost. */
  margin: z.nullable(z.int()),
  /** The rack whose loss costs most; `null` where no voter's rack is known. */
  worstRack: z.nullable(RackLoss),
  maxFollowerLag: z.nullable(count),
  maxFollowerLagTimeMs: z.nullable(count),
  pendingVoterChange: z.nullable(PendingVoterChange),
  /** True while some voter's health is unknown: writes are refused and alerts wait. */
  settling: z.boolean(),
  /** `controller.quorum.fetch.timeout.ms`. */
  fetchTimeoutMs: count,
  fetchTimeoutSource: z.enum(['cluster', 'assumed']),
  /** `controller.quorum.request.timeout.ms`, Kafka's default where no controller could be asked. */
  requestTimeoutMs: count,
  /**
   * `controller.quorum.auto.join.enable`: true if it is on at any controller, false only if every living one said that it
   * is off, else `null`.
   */
  autoJoin: z.nullable(z.boolean()),
  /**
   * The voters below the high watermark, where the log or an earlier reading tells them. While a voter change is not
   * committed, and while nobody leads, they and the appended ones are two things: either may win. `null`: not known.
   */
  committedVoters: z.nullable(z.array(ReplicaKey)),
  /** Other leaders of this cluster; empty in a quorum that is one. */
  rivals: z.array(RivalLeader),
  /** Settings that all controllers must hold alike and do not, each with the nodes that hold it otherwise than most. */
  settingsDiffer: z.array(z.object({ name: z.string(), nodeIds: z.array(nodeId) })),
  /** While nobody leads; `null` while somebody does. */
  leaderless: z.nullable(Leaderless),
})
export type QuorumFacts = z.infer<typeof QuorumFacts>

export const FindingCode = z.enum([
  'no-leader',
  'majority-lost',
  'margin-zero',
  'voter-silent',
  'voter-lagging',
  'single-voter',
  'even-voters',
  'ghost-observer',
  'two-incarnations',
  'pending-voter-change',
  'static-voters-left',
  'kraft-version-0',
  'kafka-too-old',
  'auto-join-on',
  'acl-missing',
  'controllers-unreachable',
  'tail-unavailable',
  'unregistered',
  'fenced',
  'endpoint-unresolved',
  'leader-clock-stepped',
  'settling',
  'rack-loses-quorum',
  'rack-holds-commits',
  'rival-quorum',
  'second-leader',
  'metadata-missing',
  'memory-unread',
  'two-leaders',
  'settings-differ',
  'rights-differ',
  'static-voters-differ',
  'scram-only-controllers',
  'wrong-node-answers',
  'foreign-cluster',
  'identity-twice',
  'endpoint-moved',
  'broker-with-controller-id',
  'not-verifiable',
  'certificate-expires',
  'election-storm',
  'observers-stuck',
  'broker-too-old',
  'moves-under-way',
  'move-waits',
  'throttle-stands',
  'broker-cordoned',
])
export type FindingCode = z.infer<typeof FindingCode>

/** About the quorum as it is seen. Its words hold no moving numbers: ages are read off the replicas it names. */
export const Finding = z.extend(Advice, {
  code: FindingCode,
  /** What it means for the quorum and what to do next. */
  detail: z.string(),
  replicas: z.array(ReplicaKey),
})
export type Finding = z.infer<typeof Finding>

export const ObservationSource = z.object({
  /** The node that answered; a broker forwards to the leader. */
  nodeId: z.nullable(nodeId),
  via: z.enum(['controller', 'broker']),
  address: z.string(),
  /** Whether the metadata log is being tailed: changes arrive as they are appended. */
  tailing: z.boolean(),
})
export type ObservationSource = z.infer<typeof ObservationSource>

export const QuorumView = z.object({
  /** Quorumdeck's own short name of the cluster, as in URLs. */
  cluster: z.string(),
  /** Kafka's cluster id. */
  clusterId: z.nullable(z.string()),
  /** Dashboard's wall clock when the observation was made. Show ages from `ageMs` of the message, never from this. */
  observedAtMs: z.int(),
  serverRunId: z.string(),
  /** Rises by one with every view of this cluster within one server run. */
  seq: count,
  source: ObservationSource,
  quorum: QuorumFacts,
  /** Voters first, then observers; each by node id, then by directory id. */
  replicas: z.array(ReplicaView),
  /** Every known address of a controller and who answers there, by address; `null` before all were asked once. */
  controllers: z.nullable(z.array(ControllerAccount)),
  /** Open ones, oldest first. While there is one, Quorumdeck changes nothing. */
  incidents: z.array(Incident),
  incidentMemory: IncidentMemory,
  findings: z.array(Finding),
})
export type QuorumView = z.infer<typeof QuorumView>
