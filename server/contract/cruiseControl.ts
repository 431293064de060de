/** Cruise Control as far as the emptying of brokers can be handed to it. Its sizes are megabytes, as it reports them. */
import * as z from 'zod/mini'

const count = z.int().check(z.nonnegative())

/** What it would do, by its own dry run. */
export const DryRunSummary = z.object({
  replicas: count,
  megabytes: z.nullable(count),
  leaders: count,
  /** Share of the partitions that it has measured, in percent. */
  monitoredPercent: z.nullable(z.number()),
  /** Topics that it leaves where they are. */
  excludedTopics: z.array(z.string()),
})
export type DryRunSummary = z.infer<typeof DryRunSummary>

/** Its executor, and how far that has come. */
export const ExecutorLook = z.object({
  /** For example `NO_TASK_IN_PROGRESS`. */
  state: z.string(),
  /** User task, or task of its self healing, that it works for; `null` while it is idle. */
  taskId: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  movesDone: z.nullable(count),
  movesTotal: z.nullable(count),
  megabytesDone: z.nullable(count),
  megabytesTotal: z.nullable(count),
})
export type ExecutorLook = z.infer<typeof ExecutorLook>

/** One request that it was given. */
export interface UserTask {
  id: string
  /** With its parameters. */
  url: string
  /** `Active`, `InExecution`, `Completed`, `CompletedWithError`. */
  status: string
}

/**
 * What a reading is to hold beside the executor. Each part is a request of its own, and it takes few at once from all of its
 * clients (max.active.user.tasks, 5; one counts for up to five seconds): only what is needed is asked for.
 */
export interface LookFor {
  tasks: boolean
  counts: boolean
}

/** One look at it; `null` is what was not asked for. */
export interface CruiseControlLook {
  executor: ExecutorLook
  /** Of removals of brokers alone. */
  tasks: UserTask[] | null
  /** How many replicas it sees on each broker. */
  replicas: ReadonlyMap<number, number> | null
}

/** `says` is what went wrong, in words. */
export type Reply<T> = { ok: true; told: T } | { ok: false; says: string }

/**
 * What it is asked to do. `marker` stands in the reason of the request, so that it is found again among its tasks, also where
 * its answer was lost.
 */
export type HandOverAct =
  | { kind: 'cruise-control-remove'; brokers: number[]; marker: string }
  | { kind: 'cruise-control-stop'; marker: string; taskId: string | null }

/** How the hand-over of a step stands. */
export const HandOver = z.object({
  /**
   * `not-configured`: no address. `own-plan`: not chosen. `chosen`: its dry run is made or awaits a statement. `asked`: the request is
   * under way. `unknown`: whether it was begun is not known. `working`, `stopping`: it executes. `ended`: it is over, done or not.
   */
  state: z.enum(['not-configured', 'own-plan', 'chosen', 'asked', 'unknown', 'working', 'stopping', 'ended']),
  /** One line for people. */
  says: z.string(),
  address: z.nullable(z.string()),
  /** Why it cannot be asked now; `null` where it answers. */
  problem: z.nullable(z.string()),
  dryRun: z.nullable(DryRunSummary),
  /** Its User-Task-ID of what was asked for last. */
  taskId: z.nullable(z.string()),
  /** While it works for this step. */
  executor: z.nullable(ExecutorLook),
})
export type HandOver = z.infer<typeof HandOver>
