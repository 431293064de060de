/**
 * How the hand-over of the moves to Cruise Control stands: by the journal, by what it reports itself, and, where its answer was lost,
 * by the marker that stands in the reason of the request. That nothing is left on a broker is never taken from it. Pure.
 * Source: Cruise Control, UserTaskManager and ExecutorState; docs/decisions/0015.
 */

import type { ExecutorLook, HandOver, HandOverAct, UserTask } from '../../contract/cruiseControl.ts'
import { bytesText } from '../../contract/words/bytes.ts'
import type { Facts } from '../run/facts.ts'
import { isHandOver } from '../run/ports.ts'
import type { LastAct, Run } from '../run/run.ts'

export const MOVE = 'move'
/** Statements of the move step. */
export const TO_CRUISE_CONTROL = 'cruise-control'
export const OWN_PLAN = 'own-plan'

const IDLE = 'NO_TASK_IN_PROGRESS'
/** A reading counts as of now for this long, in ms. */
export const LOOK_VALID_MS = 30_000
/** For how long a dry run may be used, in ms: Cruise Control keeps its last thirty requests, and the placement moves on. */
export const DRY_RUN_VALID_MS = 30 * 60_000
/** One that failed is tried again after this long, in ms. */
const FAILED_VALID_MS = 60_000
/** Between its answer and its executor it shows neither; what it shows of a request counts from then on, in ms. */
export const SHOWS_AFTER_MS = 10_000
/** A request without an answer that it does not show after this long was not begun, in ms: longer than any request of ours lives. */
export const NOT_BEGUN_AFTER_MS = 60_000

/** Stands in every request of a run; a reason may have 50 characters (ParameterUtils.MAX_REASON_LENGTH). */
function runMarker({ id }: Run): string {
  return `quorumdeck-${id.slice(0, 13)}-`
}

/** No two requests have the same, but for dry runs: the revision of the run grows with each. */
export function markerOf(run: Run): string {
  return `${runMarker(run)}${String(run.revision).padStart(6, '0')}`
}

/** What Cruise Control showed when it was asked last; `null` where that is too old, or it did not answer. */
export function lookOfNow({ cruiseControl, monotonicMs }: Facts) {
  const look = cruiseControl?.look ?? null
  return look === null || !look.answer.ok || monotonicMs - look.atMs > LOOK_VALID_MS
    ? null
    : { ...look.answer.told, atMs: look.atMs }
}

/** How many replicas it saw on each broker; `null` where that is too old. */
export function countsOfNow({ cruiseControl, monotonicMs }: Facts): ReadonlyMap<number, number> | null {
  const counts = cruiseControl?.counts ?? null
  return counts === null || monotonicMs - counts.atMs > LOOK_VALID_MS ? null : counts.replicas
}

/** The last dry run of exactly these brokers; `null` where it is too old, of before this run, or of before its last request. */
export function dryRunOfNow(run: Run, { cruiseControl, monotonicMs, nowMs }: Facts) {
  const dryRun = cruiseControl?.dryRun ?? null
  if (dryRun === null || dryRun.brokers.join() !== (run.params.nodeIds ?? []).join()) return null
  const ageMs = monotonicMs - dryRun.atMs
  const madeAtMs = nowMs - ageMs
  // Our own plan moves replicas, too.
  const last = run.acts[MOVE]
  const isOfBefore = last !== undefined && madeAtMs <= (last.endedAtMs ?? Number.POSITIVE_INFINITY)
  const isOld = ageMs > (dryRun.answer.ok ? DRY_RUN_VALID_MS : FAILED_VALID_MS)
  return isOfBefore || madeAtMs < run.startedAtMs || isOld ? null : dryRun
}

export function isBusy({ state }: ExecutorLook): boolean {
  return state !== IDLE
}

/** The last request of the move step that went to Cruise Control; another one since then makes it history. */
function handedAct(run: Run): (LastAct & { act: HandOverAct }) | null {
  const last = run.acts[MOVE]
  return last === undefined || !isHandOver(last.act) ? null : { ...last, act: last.act }
}

/** Whether its tasks are worth a look. */
export function wasAsked(run: Run): boolean {
  return handedAct(run) !== null
}

function taskIdOf({ act, outcome }: LastAct & { act: HandOverAct }): string | null {
  if (act.kind === 'cruise-control-stop' && act.taskId !== null) return act.taskId
  return outcome?.kind === 'answered' ? (outcome.taskId ?? null) : null
}

/** Whether an executor or a task is of this run. */
export function isOurs(run: Run, taskId: string | null, words: string | null, id: string | null): boolean {
  return (taskId !== null && id === taskId) || words?.includes(runMarker(run)) === true
}

type State = Pick<HandOver, 'state' | 'says' | 'taskId' | 'executor'>

function afterRequest(last: LastAct & { act: HandOverAct }, facts: Facts): State {
  const taskId = taskIdOf(last)
  const at = (state: HandOver['state'], says: string, id = taskId): State => ({
    state,
    says,
    taskId: id,
    executor: null,
  })
  const { outcome, endedAtMs } = last
  if (outcome === null || endedAtMs === null) return at('asked', 'Cruise Control is being asked.')
  const isStop = last.act.kind === 'cruise-control-stop'
  // What a stop that was not sent was about goes on.
  if (outcome.kind === 'not-sent' && !isStop) return at('ended', `It was not asked: ${outcome.problem}`)
  const look = lookOfNow(facts)
  if (look !== null && look.tasks === null) return at('unknown', 'It was asked; what it does will show shortly.')
  if (look?.tasks == null) return at('unknown', 'Whether it goes on is not known: Cruise Control cannot be asked now.')
  const lookedAtMs = facts.nowMs - (facts.monotonicMs - look.atMs)
  // The dry run that came before it may bear the same marker: it is kept in no journal, so the revision did not grow.
  const isTask = ({ id, url }: UserTask) =>
    id === taskId || (url.includes(last.act.marker) && !url.includes('dryrun=true'))
  const task = look.tasks.find(isTask) ?? null
  if (task !== null && task.status !== 'Completed' && task.status !== 'CompletedWithError') {
    return at('working', `It works out what to do: task ${task.id}.`, task.id)
  }
  if (lookedAtMs < endedAtMs + SHOWS_AFTER_MS) return at('unknown', 'It was asked; what it does will show shortly.')
  if (outcome.kind === 'unanswered' && task === null && lookedAtMs < endedAtMs + NOT_BEGUN_AFTER_MS) {
    return at('unknown', 'Its answer was lost; its tasks are searched for the request.')
  }
  const hasStopped = isStop && outcome.kind !== 'not-sent'
  return at('ended', hasStopped ? 'It has stopped.' : endText(last, task), task?.id ?? taskId)
}

function endText({ outcome }: LastAct, task: UserTask | null): string {
  if (task !== null) {
    return task.status === 'CompletedWithError'
      ? `Its task ${task.id} ended with an error; its log shows which.`
      : `Its task ${task.id} is over.`
  }
  if (outcome?.kind === 'answered' && outcome.errorCode !== 0)
    return `It refused: ${outcome.errorMessage ?? outcome.errorName}.`
  return outcome?.kind === 'unanswered'
    ? 'It shows no such request: it was not begun.'
    : 'It no longer shows the task: it was restarted, or it has forgotten it.'
}

/** Whether a person chose Cruise Control last. Where both were said in one millisecond, it is the own plan. */
export function isChosen(run: Run): boolean {
  const chosen = run.statements[`${MOVE}/${TO_CRUISE_CONTROL}`]
  const own = run.statements[`${MOVE}/${OWN_PLAN}`]
  return chosen !== undefined && (own === undefined || own.atMs < chosen.atMs)
}

/** Whether a person took the moves back from Cruise Control after it was asked for them. */
function isTakenBack(run: Run, last: LastAct): boolean {
  const own = run.statements[`${MOVE}/${OWN_PLAN}`]
  return own !== undefined && own.atMs >= last.sentAtMs && !isChosen(run)
}

function progressText({ movesDone, movesTotal, megabytesDone, megabytesTotal }: ExecutorLook): string {
  const moves = movesDone === null || movesTotal === null ? 'moves not known' : `${movesDone} of ${movesTotal} moves`
  const of = (mb: number | null) => (mb === null ? 'unknown' : bytesText(mb * 1e6))
  return `${moves}, ${of(megabytesDone)} of ${of(megabytesTotal)}`
}

function stateOf(run: Run, facts: Facts): State {
  const last = handedAct(run)
  const taskId = last === null ? null : taskIdOf(last)
  const executor = lookOfNow(facts)?.executor ?? null
  if (executor !== null && isBusy(executor) && isOurs(run, taskId, executor.reason, executor.taskId)) {
    const stopping = executor.state === 'STOPPING_EXECUTION'
    const says = stopping ? 'It stops what it has begun.' : `It moves: ${progressText(executor)}.`
    return { state: stopping ? 'stopping' : 'working', says, taskId: executor.taskId ?? taskId, executor }
  }
  if (last !== null && !isTakenBack(run, last)) {
    const after = afterRequest(last, facts)
    if (after.state !== 'ended' || !isChosen(run)) return after
    return { ...after, state: 'chosen' }
  }
  return isChosen(run)
    ? { state: 'chosen', says: 'Cruise Control is to move them; its dry run comes first.', taskId, executor: null }
    : { state: 'own-plan', says: 'Cruise Control could do this step, too.', taskId: null, executor: null }
}

const HOW_TO_CONFIGURE =
  'Cruise Control could do this step: start Quorumdeck with --cruise-control http://HOST:9090, or set cruiseControl of the cluster in quorumdeck.yaml.'

/** How the hand-over stands; the same for the rules and for the page. */
export function handOver(run: Run, facts: Facts): HandOver {
  const { cruiseControl } = facts
  const dryRun = dryRunOfNow(run, facts)
  const answer = cruiseControl?.look?.answer ?? null
  const state = stateOf(run, facts)
  const isIdle = state.state === 'own-plan'
  return {
    ...state,
    ...(cruiseControl === null && isIdle ? { state: 'not-configured', says: HOW_TO_CONFIGURE } : {}),
    address: cruiseControl?.address ?? null,
    problem:
      cruiseControl === null
        ? isIdle
          ? null
          : 'No address of Cruise Control is configured any more.'
        : answer === null
          ? 'It has not been asked yet.'
          : answer.ok
            ? null
            : `${cruiseControl.address}: ${answer.says}.`,
    dryRun: dryRun?.answer.ok === true ? dryRun.answer.told : null,
  }
}

/** It was asked for the moves, or executes them, and nobody took them back. */
export function isUnderWay({ state }: Pick<HandOver, 'state'>): boolean {
  return state === 'asked' || state === 'unknown' || state === 'working' || state === 'stopping'
}
