/** Alerts as every screen, script and receiver sees them. */
import * as z from 'zod/mini'
import { Severity } from '../advice.ts'
import { ReplicaKey } from '../quorumView.ts'
import { Actor, Reason } from '../workflows.ts'
import { AlertRule } from './rules.ts'

const text = z.string()

/** Somebody looks after it. */
export const Acknowledged = z.object({ by: text, atMs: z.int(), note: text })
export type Acknowledged = z.infer<typeof Acknowledged>

export const AlertIncident = z.object({
  id: text,
  /** Quorumdeck's short name of the cluster. */
  cluster: text,
  rule: AlertRule,
  /** What of the cluster it is about, for example a node; empty where the rule has one subject alone. */
  key: text,
  severity: Severity,
  state: z.enum(['open', 'resolved']),
  title: text,
  /** What it means. */
  detail: text,
  /** What to do. */
  remedy: text,
  replicas: z.array(ReplicaKey),
  /** Since when it holds, and when it had held for long enough; dashboard's wall clock. */
  startedAtMs: z.int(),
  firedAtMs: z.int(),
  resolvedAtMs: z.nullable(z.int()),
  acknowledged: z.nullable(Acknowledged),
  /** Why nobody is told now: a silence, or a run that causes it itself; `null`: receivers are told. */
  silencedBy: z.nullable(text),
})
export type AlertIncident = z.infer<typeof AlertIncident>

/** Whether what happens is kept over a restart. */
export const AlertStorage = z.object({
  ok: z.boolean(),
  /** What is wrong, in words; empty while nothing is. */
  problem: text,
})
export type AlertStorage = z.infer<typeof AlertStorage>

export const AlertList = z.object({
  alerts: z.array(AlertIncident),
  /** Send it as `before` to get those that ended earlier; `null`: these were the last. */
  before: z.nullable(text),
  storage: AlertStorage,
})
export type AlertList = z.infer<typeof AlertList>

export const AcknowledgeAlert = z.object({ as: Actor, note: z.optional(Reason) })
export type AcknowledgeAlert = z.infer<typeof AcknowledgeAlert>

/** As the websocket tells open ones: gravest first, then the oldest. */
export const AlertSummary = z.pick(AlertIncident, {
  id: true,
  rule: true,
  severity: true,
  title: true,
  firedAtMs: true,
  acknowledged: true,
  silencedBy: true,
})
export type AlertSummary = z.infer<typeof AlertSummary>
