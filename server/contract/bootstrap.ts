/**
 * A quorum that does not exist yet: what a person wants, the plan made of it, and how far the real thing has come. Secrets
 * are never asked for; the files hold placeholders where an operator puts them.
 */
import * as z from 'zod/mini'
import { Advice } from './advice.ts'
import { Role } from './quorumView.ts'
import { Gate, HostCommand } from './workflows.ts'

/** Release lines that know dynamic quorums at format time (KIP-853). */
export const KafkaLine = z.enum(['3.9', '4.0', '4.1', '4.2', '4.3'])
export type KafkaLine = z.infer<typeof KafkaLine>

export const SecurityProtocol = z.enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'])
export type SecurityProtocol = z.infer<typeof SecurityProtocol>

export const SaslMechanism = z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
export type SaslMechanism = z.infer<typeof SaslMechanism>

/** 22 characters of base64url: Kafka's form of a cluster id and of a directory id. */
const kafkaId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/))
const words = (max: number) => z.string().check(z.maxLength(max))

/** As a form has it: a number that is not there yet is `null`. What is wrong with it is said field by field. */
export const BootstrapNode = z.strictObject({
  nodeId: z.nullable(z.number()),
  /** One or both: a combined node has both. */
  roles: z.array(Role).check(z.minLength(1), z.maxLength(2)),
  host: words(255),
  /** Of controllers. */
  controllerPort: z.nullable(z.number()),
  /** Of brokers. */
  brokerPort: z.nullable(z.number()),
  /** `log.dirs`. */
  dataDir: words(500),
  /** Failure domain; may be empty. */
  rack: words(100),
  /** Of controllers; drawn where it is left out. */
  directoryId: z.optional(kafkaId),
})
export type BootstrapNode = z.infer<typeof BootstrapNode>

export const MAX_BOOTSTRAP_NODES = 100

/** Body of `POST /api/bootstrap`. The answer holds it again with every id filled in: sent back, it gives the same plan. */
export const BootstrapRequest = z.strictObject({
  name: words(200),
  release: KafkaLine,
  /** Features start at the level of this release; `null`: of `release` itself. */
  metadataRelease: z.nullable(KafkaLine),
  protocol: SecurityProtocol,
  /** Of the brokers' listener; `null` without SASL. */
  mechanism: z.nullable(SaslMechanism),
  /** `--standalone`: exactly one controller, which draws its directory id itself. */
  standalone: z.boolean(),
  nodes: z.array(BootstrapNode).check(z.maxLength(MAX_BOOTSTRAP_NODES)),
  /** Drawn where it is left out. */
  clusterId: z.optional(kafkaId),
})
export type BootstrapRequest = z.infer<typeof BootstrapRequest>

export const PlannedFile = z.object({
  /** In the archive. */
  path: z.string(),
  /** `null`: not of one node. */
  nodeId: z.nullable(z.int()),
  host: z.nullable(z.string()),
  text: z.string(),
})
export type PlannedFile = z.infer<typeof PlannedFile>

export const PlannedStep = z.object({
  key: z.string(),
  title: z.string(),
  why: z.string(),
  commands: z.array(HostCommand),
  /** What to see before going on. */
  lookingFor: z.array(z.string()),
})
export type PlannedStep = z.infer<typeof PlannedStep>

export const PlanWarning = z.extend(Advice, { code: z.string(), detail: z.string() })
export type PlanWarning = z.infer<typeof PlanWarning>

export const PlannedController = z.object({
  nodeId: z.int(),
  host: z.string(),
  port: z.int(),
  /** `null` where the controller draws it itself (`--standalone`). */
  directoryId: z.nullable(kafkaId),
})
export type PlannedController = z.infer<typeof PlannedController>

export const PlannedBroker = z.object({ nodeId: z.int(), host: z.string(), port: z.int() })
export type PlannedBroker = z.infer<typeof PlannedBroker>

export const BootstrapPlan = z.object({
  /** The request with every id filled in. */
  request: BootstrapRequest,
  clusterId: kafkaId,
  controllers: z.array(PlannedController),
  brokers: z.array(PlannedBroker),
  /** Value of `--initial-controllers`, the same for every initial controller; `null` where `--standalone` was chosen. */
  initialControllers: z.nullable(z.string()),
  /** For example `4.3-IV0`. */
  metadataVersion: z.string(),
  files: z.array(PlannedFile),
  steps: z.array(PlannedStep),
  warnings: z.array(PlanWarning),
})
export type BootstrapPlan = z.infer<typeof BootstrapPlan>

/** Body of `POST /api/bootstrap/watch`. */
export const WatchPlan = z.strictObject({
  /** Complete, as the plan holds it. */
  request: BootstrapRequest,
  /** A file in the folder `client-properties` of the data directory, where the listeners are secured. */
  commandConfig: z.optional(z.string().check(z.regex(/^[\w-][\w.-]{0,99}$/))),
})
export type WatchPlan = z.infer<typeof WatchPlan>

export const WatchedPlan = z.object({ cluster: z.string(), name: z.string() })
export type WatchedPlan = z.infer<typeof WatchedPlan>

/** How far a planned quorum has come. */
export const Formation = z.object({
  cluster: z.string(),
  plan: BootstrapPlan,
  /** Dashboard's wall clock when it was looked at. */
  lookedAtMs: z.int(),
  gates: z.array(Gate),
  formed: z.boolean(),
})
export type Formation = z.infer<typeof Formation>
