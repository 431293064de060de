/**
 * Asks Cruise Control: what it sees and does, what it would do, and to do it. Nothing here decides anything, and nothing
 * rejects: what went wrong is told in words. Source: its REST API; a request that takes long answers 202 with a User-Task-ID,
 * and is asked for again under that id.
 */
import type { CruiseControlLook, DryRunSummary, HandOverAct, LookFor, Reply } from '../contract/cruiseControl.ts'
import { dryRunOf, errorOf, executorOf, isFullText, replicasOf, reviewOf, tasksOf } from './answers.ts'
import { type Answer, type Asked, ask, noAnswer } from './http.ts'

export interface CruiseControlOptions {
  /** `http://host:9090/kafkacruisecontrol`: without a slash at the end. */
  address: string
  credentials: { user: string; password: string } | null
}

/** Like the outcome of any other request: `not-sent` cannot have been done, `unanswered` may have been. */
export type HandOverOutcome =
  | { kind: 'answered'; errorCode: number; errorName: string; errorMessage: string | null; taskId: string | null }
  | { kind: 'not-sent'; problem: string }
  | { kind: 'unanswered'; problem: string }

const LOOK_TIMEOUT_MS = 4000
/** It answers within webserver.request.maxBlockTimeMs, 10 s by default: done, or "in progress". */
const ACT_TIMEOUT_MS = 30_000
const DRY_RUN_EVERY_MS = 2000
const DRY_RUN_AT_MOST_MS = 5 * 60_000

/** It frees the place of a request that is over within five seconds (UserTaskManager.USER_TASK_SCANNER_PERIOD_SECONDS). */
const FULL_TRIES = 5
const FULL_PAUSE_MS = 2000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What it had no place for must not be asked again. */
class KeptBack extends Error {
  constructor(objection: string) {
    super(`${objection} It had no place for the request before, and has not begun it.`)
  }
}

export class CruiseControlClient {
  readonly #options: CruiseControlOptions

  constructor(options: CruiseControlOptions) {
    this.#options = options
  }

  get address(): string {
    return this.#options.address
  }

  /** What it does now, and what else is wanted. One request after the other: it counts those that go on. */
  async look({ tasks, counts }: LookFor): Promise<Reply<CruiseControlLook>> {
    try {
      const executor = executorOf(await this.#read('state', { substates: 'executor' }))
      return {
        ok: true,
        told: {
          executor,
          tasks: tasks ? tasksOf(await this.#read('user_tasks', { endpoints: 'remove_broker' })) : null,
          replicas: counts ? replicasOf(await this.#read('kafka_cluster_state', {})) : null,
        },
      }
    } catch (error) {
      return { ok: false, says: wordsOf(error) }
    }
  }

  /** What it would do to empty these brokers; nothing is moved. May take minutes. */
  async dryRun(brokers: readonly number[], marker: string): Promise<Reply<DryRunSummary>> {
    const asked = removal(brokers, marker, true)
    const untilMs = performance.now() + DRY_RUN_AT_MOST_MS
    try {
      let answer = await this.#askUnlessFull(asked, async () => null)
      while (answer.status === 202 && answer.taskId !== null && performance.now() < untilMs) {
        await pause(DRY_RUN_EVERY_MS)
        answer = await ask(this.#options, { ...asked, taskId: answer.taskId })
      }
      if (answer.status === 202) return { ok: false, says: 'its dry run takes longer than five minutes' }
      const problem = problemOf(answer)
      return problem === null ? { ok: true, told: dryRunOf(answer.body) } : { ok: false, says: problem }
    } catch (error) {
      return { ok: false, says: wordsOf(error) }
    }
  }

  /** Once; `mayStillSend` is asked right before, at every try, and keeps it back with a reason. */
  async act(act: HandOverAct, mayStillSend: () => Promise<string | null>): Promise<HandOverOutcome> {
    const objection = await mayStillSend()
    if (objection !== null) return { kind: 'not-sent', problem: `${objection} Nothing was sent.` }
    try {
      const answer = await this.#askUnlessFull(requestOf(act), mayStillSend)
      const problem = problemOf(answer)
      return {
        kind: 'answered',
        errorCode: problem === null ? 0 : answer.status,
        errorName: problem === null ? '' : `HTTP ${answer.status}`,
        errorMessage: problem,
        taskId: act.kind === 'cruise-control-stop' ? act.taskId : answer.taskId,
      }
    } catch (error) {
      if (error instanceof KeptBack) return { kind: 'not-sent', problem: error.message }
      const { says, unsent } = noAnswer(error)
      return unsent
        ? { kind: 'not-sent', problem: `${this.address}: ${says}. Nothing was sent.` }
        : { kind: 'unanswered', problem: `${this.address}: ${says}.` }
    }
  }

  /** What it had no place for was not begun, so it may be asked again; anything else is asked once. */
  async #askUnlessFull(asked: Asked, mayStillSend: () => Promise<string | null>): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask(this.#options, asked)
      if (!isFull(answer) || tries === FULL_TRIES) return answer
      await pause(FULL_PAUSE_MS)
      const objection = await mayStillSend()
      if (objection !== null) throw new KeptBack(objection)
    }
  }

  async #read(endpoint: string, params: Readonly<Record<string, string>>): Promise<unknown> {
    const { status, body } = await ask(this.#options, { method: 'GET', endpoint, params, timeoutMs: LOOK_TIMEOUT_MS })
    if (status !== 200) throw new Error(errorOf(status, body))
    return body
  }
}

function wordsOf(error: unknown): string {
  // The words of a schema are for nobody who operates a cluster.
  return (error as Error).name.includes('Zod')
    ? 'its answer has another form than this version of Quorumdeck knows'
    : noAnswer(error).says
}

function isFull({ status, body }: Answer): boolean {
  return status !== 200 && status !== 202 && isFullText(errorOf(status, body))
}

/** Why an answer is no yes; `null` where it is one. */
function problemOf({ status, body }: Answer): string | null {
  if (status !== 200 && status !== 202) return errorOf(status, body)
  const review = reviewOf(body)
  return review === null
    ? null
    : `it has two-step verification on, and keeps the request as review ${review}: Quorumdeck cannot approve it. Discard it there, and switch two-step verification off for Quorumdeck, or use Quorumdeck’s own plan`
}

function removal(brokers: readonly number[], marker: string, dryRun: boolean): Asked {
  const params = { brokerid: brokers.join(','), dryrun: String(dryRun), reason: marker }
  return { method: 'POST', endpoint: 'remove_broker', params, timeoutMs: ACT_TIMEOUT_MS }
}

function requestOf(act: HandOverAct): Asked {
  switch (act.kind) {
    case 'cruise-control-remove':
      return removal(act.brokers, act.marker, false)
    case 'cruise-control-stop': {
      // Only what this Cruise Control has begun itself.
      const params = { stop_external_agent: 'false', reason: act.marker }
      return { method: 'POST', endpoint: 'stop_proposal_execution', params, timeoutMs: ACT_TIMEOUT_MS }
    }
    default:
      return act satisfies never
  }
}
