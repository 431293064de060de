/**
 * Cruise Control's answers, parsed at the door: only what is read is asked for, and -1 or nothing becomes `null`. Pure.
 * Source: its OpenAPI description (src/yaml/responses): executorState, userTaskState, optimizationResult, errorResponse;
 * kafkaClusterState; ReviewResult for its two-step verification.
 */
import * as z from 'zod/mini'
import type { DryRunSummary, ExecutorLook, UserTask } from '../contract/cruiseControl.ts'

const number = z.optional(z.nullable(z.number()))
const text = z.optional(z.nullable(z.string()))

const StateAnswer = z.object({
  ExecutorState: z.object({
    state: z.string(),
    triggeredUserTaskId: text,
    triggeredSelfHealingTaskId: text,
    triggeredTaskReason: text,
    numFinishedPartitionMovements: number,
    numTotalPartitionMovements: number,
    finishedDataMovement: number,
    totalDataToMove: number,
  }),
})

const TasksAnswer = z.object({
  userTasks: z.array(z.object({ UserTaskId: z.string(), RequestURL: z.string(), Status: z.string() })),
})

const ClusterAnswer = z.object({
  KafkaBrokerState: z.object({ ReplicaCountByBrokerId: z.record(z.string(), z.number()) }),
})

const DryRunAnswer = z.object({
  summary: z.object({
    numReplicaMovements: z.number(),
    dataToMoveMB: number,
    numLeaderMovements: z.number(),
    monitoredPartitionsPercentage: number,
    excludedTopics: z.optional(z.array(z.string())),
  }),
})

const ErrorAnswer = z.object({ errorMessage: z.string() })
const ReviewAnswer = z.object({ RequestInfo: z.array(z.looseObject({ Id: z.number() })) })

function known(value: number | null | undefined): number | null {
  return value == null || !Number.isFinite(value) || value < 0 ? null : Math.round(value)
}

function named(value: string | null | undefined): string | null {
  return value == null || value === '' ? null : value
}

/** @throws for an answer of another form */
export function executorOf(answer: unknown): ExecutorLook {
  const state = StateAnswer.parse(answer).ExecutorState
  return {
    state: state.state,
    taskId: named(state.triggeredUserTaskId) ?? named(state.triggeredSelfHealingTaskId),
    reason: named(state.triggeredTaskReason),
    movesDone: known(state.numFinishedPartitionMovements),
    movesTotal: known(state.numTotalPartitionMovements),
    megabytesDone: known(state.finishedDataMovement),
    megabytesTotal: known(state.totalDataToMove),
  }
}

/** @throws for an answer of another form */
export function tasksOf(answer: unknown): UserTask[] {
  return TasksAnswer.parse(answer).userTasks.map(({ UserTaskId, RequestURL, Status }) => ({
    id: UserTaskId,
    url: RequestURL,
    status: Status,
  }))
}

/** @throws for an answer of another form */
export function replicasOf(answer: unknown): ReadonlyMap<number, number> {
  const counts = ClusterAnswer.parse(answer).KafkaBrokerState.ReplicaCountByBrokerId
  return new Map(Object.entries(counts).map(([id, replicas]) => [Number(id), replicas]))
}

/** @throws for an answer of another form */
export function dryRunOf(answer: unknown): DryRunSummary {
  const { summary } = DryRunAnswer.parse(answer)
  return {
    replicas: known(summary.numReplicaMovements) ?? 0,
    megabytes: known(summary.dataToMoveMB),
    leaders: known(summary.numLeaderMovements) ?? 0,
    monitoredPercent: summary.monitoredPartitionsPercentage ?? null,
    excludedTopics: summary.excludedTopics ?? [],
  }
}

/** The number of the review that a request waits for, where two-step verification is on; else `null`. */
export function reviewOf(answer: unknown): number | null {
  const parsed = ReviewAnswer.safeParse(answer)
  return parsed.success ? (parsed.data.RequestInfo[0]?.Id ?? null) : null
}

const MAX_WORDS = 300
/** Longest message that is read, in characters: names of Java's classes are looked for from every part of it on. */
const MAX_READ = 4000

/** What it says without its wrapping, `Error processing POST request '/remove_broker' due to: 'com.….SomeException: …'.`. */
function plainWords(message: string): string {
  const said = message.trim().slice(0, MAX_READ)
  const inner = /^Error processing \w+ request '[^']*' due to: '([\s\S]*)'\.*$/.exec(said)?.[1] ?? said
  return inner
    .replace(/\b(?:[a-z_]\w*\.)+[A-Z]\w*(?:Exception|Error): /g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, MAX_WORDS)
}

/** It has as many requests going on, of all its clients, as max.active.user.tasks allows. */
export function isFullText(says: string): boolean {
  return says.includes('which has reached the servlet capacity')
}

/** What an answer that is no success says, in one line without the names of Java's classes. */
export function errorOf(status: number, answer: unknown): string {
  const parsed = ErrorAnswer.safeParse(answer)
  const said = parsed.success ? plainWords(parsed.data.errorMessage) : ''
  if (status === 401) return 'it wants a user and a password (--cruise-control-credentials)'
  if (status === 403) return `the user may not do that${said === '' ? '' : `: ${said}`}`
  if (status === 404) return 'nothing of Cruise Control is found at that path: look at its webserver.api.urlprefix'
  return said === '' ? `it answered HTTP ${status}` : said
}
