/**
 * How a run is carried: what is decided on a view, a command or the outcome of a request, in which order, and what must be in
 * the journal before what. The product, the exploration and the rehearsal all drive this; only how facts are read, entries kept
 * and effects begun is theirs. Pure: it states its needs one by one, and goes on with the answer, at once or later.
 */
import type { Actor, StartWorkflow, WorkflowCommand } from '../../../contract/workflows.ts'
import { clusterOf } from '../../../recovery/quorumRecovery.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry, foldRun } from '../../run/fold.ts'
import { refusedBy } from '../../run/refusal.ts'
import { ENGINE, type Run, type RunEntry, type RunHead, type RunParams } from '../../run/run.ts'
import { focusOf } from '../../wizards/parts.ts'
import { planRefusals } from '../../wizards/startRefusals.ts'
import { advance, type IntentClock, type PendingEntry, recordOf } from './advance.ts'
import { type Decision, decide, decideAutomatic, type Effect } from './decide.ts'
import { lostRequest } from './outcomeText.ts'
import { type Standing, standingOf, wizardOf } from './progress.ts'

/** A run as whoever carries it holds it: each field is the newest after every answer. */
export interface Carried {
  readonly run: Run
  readonly clock: IntentClock | null
  /** Seqs of the requests that this process sent: of another one nobody reports any more what came of it. */
  readonly requests: ReadonlySet<number>
}

export type Need =
  /** What is known now. The answer: facts. */
  | { need: 'facts' }
  /** A reading that is asked for now, every voter probed. The answer: facts. */
  | { need: 'fresh-facts' }
  /** These entries in the journal, synced, before anything else. `isAnswer`: they are the answer to the command. */
  | { need: 'keep'; events: readonly PendingEntry[]; actor: Actor; takesLock: boolean; isAnswer: boolean }
  /** This effect begun; what comes of it is concluded later (`conclude`). */
  | { need: 'begin'; effect: Effect }

export type Orchestration<T> = Generator<Need, T, Facts | null>

/** The command was given for a run that has moved on. */
export class StaleRevision extends Error {
  override readonly name = 'StaleRevision'
}

/** Events that one observation may lead to; more would be a loop. */
const MAX_EVENTS_AT_ONCE = 20

function* factsOf(need: 'facts' | 'fresh-facts'): Orchestration<Facts> {
  const facts = yield { need }
  if (facts === null) throw new Error(`no facts came for ${need}`)
  return facts
}

function* keep(events: readonly PendingEntry[], actor: Actor): Orchestration<void> {
  yield { need: 'keep', events, actor, takesLock: false, isAnswer: false }
}

function* carryOut({ events, effect, takesLock }: Decision, actor: Actor, isAnswer: boolean): Orchestration<void> {
  yield { need: 'keep', events, actor, takesLock: takesLock === true, isAnswer }
  if (effect !== null) yield { need: 'begin', effect }
}

/** Requests that ended with the process that sent them: what became of them is looked for like any other's. */
function orphaned({ run, requests }: Carried): PendingEntry[] {
  return Object.entries(run.acts).flatMap(([step, { seq, outcome, act }]) =>
    outcome !== null || requests.has(seq) ? [] : [lostRequest(step, seq, act)],
  )
}

/** Follows what is known as far as it leads. @returns the facts that the last look was on */
export function* follow(carried: Carried): Orchestration<Facts> {
  const lost = orphaned(carried)
  if (lost.length > 0) yield* keep(lost, ENGINE)
  let facts = yield* factsOf('facts')
  for (let round = 0; round < MAX_EVENTS_AT_ONCE; round += 1) {
    if (round > 0) facts = yield* factsOf('facts')
    if (carried.run.outcome !== null) return facts
    const { events, executes } = advance(standingOf(carried.run, facts), carried.clock)
    if (events.length > 0) {
      yield* keep(events, ENGINE)
      continue
    }
    if (executes === null) return facts
    const decision = decideAutomatic(standingOf(carried.run, yield* factsOf('fresh-facts')), executes)
    if (decision === null) return facts
    yield* carryOut(decision, ENGINE, false)
  }
  return facts
}

/** A person's command. @throws StaleRevision, WorkflowRefusal; nothing is changed then */
export function* obey(
  carried: Carried,
  { command, expectedRevision }: { command: WorkflowCommand; expectedRevision: number },
  actor: Actor,
): Orchestration<void> {
  mustBeAt(carried, expectedRevision)
  const facts = yield* factsOf('fresh-facts')
  // What the fresh read shows comes first: the command was given for the run as it was before it.
  if (carried.run.outcome === null) yield* follow(carried)
  mustBeAt(carried, expectedRevision)
  yield* carryOut(decide(standingOf(carried.run, facts), command, actor), actor, true)
  if (carried.run.outcome === null) yield* follow(carried)
}

function mustBeAt({ run }: Carried, revision: number): void {
  if (run.revision !== revision) throw new StaleRevision(`at revision ${run.revision}, not ${revision}`)
}

/** What came of an effect. */
export function* conclude(carried: Carried, outcome: PendingEntry): Orchestration<Facts> {
  yield* keep([outcome], ENGINE)
  return yield* follow(carried)
}

/** The entries as the journal keeps them, and the run after them. @param atMs wall clock */
export function entriesOf(
  run: Run,
  told: readonly PendingEntry[],
  actor: Actor,
  atMs: number,
): { entries: RunEntry[]; after: Run } {
  const entries = told.map((event): RunEntry => ({ ...event, atMs, actor }))
  return { entries, after: entries.reduce((before, entry) => foldEntry(run, before, entry), run) }
}

/** When the request of the open intent ended: now, where this is its answer. @param nowMs monotonic */
export function clockAtAnswer({ run, clock }: Carried, intentSeq: number, nowMs: number): IntentClock | null {
  return run.intent?.seq === intentSeq ? { sentMs: clock?.sentMs ?? nowMs, endedMs: nowMs } : clock
}

/** A run as its start would make it. @param atMs wall clock @throws WorkflowRefusal where no plan can be made */
export function draft(
  { kind, params, reason = '' }: Pick<StartWorkflow, 'kind' | 'params'> & { reason?: string | undefined },
  head: Omit<RunHead, 'clusterId'>,
  facts: Facts,
  actor: Actor,
  atMs: number,
): { run: Run; entry: RunEntry } {
  const { reports, ...given } = definedOnly(params)
  const plan = wizardOf(kind).plan({ ...given, ...(reports === undefined ? {} : { reports }) }, facts)
  const { view } = facts
  const clusterId = view?.clusterId ?? (reports === undefined ? null : clusterOf(reports))
  if (clusterId === null) throw new Error('a plan was made without a cluster')
  const entry: RunEntry = {
    type: 'started',
    kind,
    params: given,
    reason,
    plan,
    ...(reports === undefined ? {} : { reports }),
    quorum: view === null ? null : recordOf(view),
    atMs,
    actor,
    text: reason === '' ? 'Started.' : `Started: ${reason}`,
  }
  return { run: foldRun({ ...head, clusterId }, [entry]), entry }
}

/** @throws WorkflowRefusal where the plan is refused by what no waiting will mend */
export function mustBeStartable({ run, facts, steps }: Standing): void {
  const refusals = planRefusals(focusOf(run), steps, facts)
  if (refusals.length > 0) throw refusedBy(refusals)
}

function definedOnly(params: StartWorkflow['params']): RunParams {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
}
