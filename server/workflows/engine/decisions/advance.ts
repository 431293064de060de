/**
 * What follows from an observation: an intent proven, a step done, a foreign change adopted or the run paused. Pure. The
 * quorum is believed only where a reading is settled; no answer of an RPC ever completes a step.
 */
import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import { truthGates } from '../../gates/quorum/truthGates.ts'
import { isOffline } from '../../run/offline.ts'
import type { VoterChange } from '../../run/ports.ts'
import type { QuorumRecord, Run, RunEvent } from '../../run/run.ts'
import { allOk, changeOf, type StepRule } from '../../run/step.ts'
import { lateMs } from '../../run/thresholds.ts'
import { changed, idsText, sameSet } from '../../run/voterSet.ts'
import { settledVoters } from '../../run/windows/track.ts'
import { debtOf } from '../../wizards/debt.ts'
import { type Standing, UNDO } from './progress.ts'

/** An automatic step asks a person after this many intents that were proven not applied. */
export const MAX_AUTOMATIC_TRIES = 3

export type PendingEntry = RunEvent & { text: string }

/**
 * The request of the open intent, on this process's monotonic clock; after a restart, when the intent was loaded. An intent
 * whose request is not on its way yet has no clock, and nothing is concluded.
 */
export interface IntentClock {
  sentMs: number
  /** When it was answered, failed or was given up; `null` while it is under way. */
  endedMs: number | null
}

export interface Advice {
  events: PendingEntry[]
  /** The change of this step may be sent without a click; its gates are judged once more on a fresh read. */
  executes: string | null
}

const NOTHING: Advice = { events: [], executes: null }

export function recordOf(view: QuorumView): QuorumRecord {
  const { observedAtMs, quorum, replicas } = view
  return { observedAtMs, quorum, replicas }
}

function changeText({ kind, nodeId }: VoterChange): string {
  return kind === 'add' ? `controller ${nodeId} is a voter` : `controller ${nodeId} is no voter any more`
}

interface Adopted {
  changes: { step: string; change: VoterChange }[]
  /** What only led up to an addition that is made. */
  moot: string[]
}

/** Foreign changes that do what the plan was about to do are taken as done; nothing fights them. */
function adoptable({ run, steps }: Standing, seen: readonly ReplicaKey[]): Adopted | null {
  let voters: ReplicaKey[] = [...run.expected]
  const changes: Adopted['changes'] = []
  const before: string[] = []
  let moot: string[] = []
  for (const step of steps) {
    const { key } = step
    if (run.done[key] !== undefined) continue
    const change = changeOf(step)
    if (change === null) {
      before.push(key)
      continue
    }
    voters = changed(voters, change)
    changes.push({ step: key, change })
    if (change.kind === 'add') moot = [...before]
    if (sameSet(voters, seen)) return { changes, moot }
  }
  return null
}

/** A static quorum has no directory ids; once it is dynamic, the same voters have them. */
function sameIdentified(expected: readonly ReplicaKey[], seen: readonly ReplicaKey[]): boolean {
  return (
    expected.every((v) => v.directoryId === null) &&
    seen.every((v) => v.directoryId !== null) &&
    idsText(expected) === idsText(seen)
  )
}

function foreign(at: Standing, view: QuorumView, seen: ReplicaKey[]): Advice {
  const { run } = at
  const quorum = recordOf(view)
  if (sameIdentified(run.expected, seen)) {
    const text = 'The voters show their directory ids: the quorum is dynamic.'
    return { events: [{ type: 'identified', voters: seen, quorum, text }], executes: null }
  }
  const adopted = adoptable(at, seen)
  if (adopted !== null) {
    const text = `Found applied: ${adopted.changes.map((c) => changeText(c.change)).join(', ')}.`
    return { events: [{ type: 'adopted', ...adopted, quorum, text }], executes: null }
  }
  const text = `The voters are ${idsText(seen)}, and the plan knows ${idsText(run.expected)}: somebody else changed them.`
  return { events: [{ type: 'drifted', seen, quorum, text }], executes: null }
}

/**
 * From when on a reading proves what has not become of the intent; `null` while the request may still be carried out. A
 * request without an answer can land late at the node that got it, as long as that one leads or leads again; where
 * another leads, the log is settled without it.
 */
function decidedAfterMs({ intent }: Run, view: QuorumView, clock: IntentClock): number | null {
  if (intent === null || clock.endedMs === null) return null
  const isAnswered = intent.outcome !== null && intent.outcome.kind !== 'unanswered'
  if (isAnswered || view.quorum.leaderId !== intent.leaderId) return clock.endedMs
  return clock.endedMs + lateMs(view.quorum.requestTimeoutMs)
}

function proveIntent(at: Standing, view: QuorumView, clock: IntentClock): Advice {
  const { run, facts } = at
  const { intent } = run
  if (intent === null) return NOTHING
  const quorum = recordOf(view)
  const seen = settledVoters(facts.track, clock.sentMs)
  if (seen === null) return NOTHING
  const isSent = intent.outcome?.kind !== 'not-sent'
  if (isSent && sameSet(seen, intent.expected)) {
    const text = `Committed: ${changeText(intent.change)}.`
    return { events: [{ type: 'settled', applied: true, quorum, text }], executes: null }
  }
  const decidedMs = decidedAfterMs(run, view, clock)
  if (decidedMs === null || settledVoters(facts.track, decidedMs) === null) return NOTHING
  if (!sameSet(seen, intent.before)) return foreign(at, view, seen)
  const answer =
    intent.outcome?.kind === 'answered'
      ? ` The leader answered ${intent.outcome.errorName}${intent.outcome.errorMessage === null ? '' : `: ${intent.outcome.errorMessage}`}.`
      : intent.outcome === null
        ? ''
        : ` ${intent.outcome.problem}`
  const text = `Not applied: the voters are proven to be ${idsText(seen)} still.${answer}`
  return { events: [{ type: 'settled', applied: false, quorum, text }], executes: null }
}

export function advance(at: Standing, clock: IntentClock | null): Advice {
  const { run, facts } = at
  const { view } = facts
  if (isOffline(run)) return withoutLeader(at)
  if (run.outcome !== null || view === null || view.quorum.leaderId === null) return NOTHING
  // One of two quorums, or one that has lost what it committed, proves nothing: no change, no step, no end.
  if (!allOk(truthGates(facts))) return NOTHING
  if (run.intent !== null) return clock === null ? NOTHING : proveIntent(at, view, clock)
  if (run.drift !== null || run.parked?.lockLost === true) return NOTHING
  const seen = settledVoters(facts.track, Number.NEGATIVE_INFINITY)
  // A run that only cleans up changes no voter, whoever else does.
  const mayDrift = run.cleaning === undefined
  // A step on hosts that makes the voters without a request, as in a static quorum, has not been proven yet when they show.
  const own = at.current
  const makes = own?.kind === 'host' && run.parked === null ? (own.done?.voters ?? own.makes ?? null) : null
  if (own !== null && seen !== null && makes !== null && idsText(makes) === idsText(seen))
    return ofStep(run, own, recordOf(view))
  if (mayDrift && seen !== null && !sameSet(seen, run.expected)) return foreign(at, view, seen)
  if (run.undo !== null && run.done[UNDO] !== undefined) {
    const text = 'The change is taken back; the voters are as before this run.'
    return {
      events: [{ type: 'ended', outcome: 'aborted', reason: run.undo.reason, quorum: recordOf(view), text }],
      executes: null,
    }
  }
  const step = at.current
  if (step === null && run.cleaning !== undefined) {
    const left = debtOf(run, facts).texts
    const text = `What could be taken back is; the run was not done. ${left.join(' ')}`.trim()
    return {
      events: [{ type: 'ended', outcome: 'aborted', reason: run.cleaning, quorum: recordOf(view), text }],
      executes: null,
    }
  }
  if (step === null) {
    const text = 'Done.'
    return { events: [{ type: 'ended', outcome: 'done', reason: '', quorum: recordOf(view), text }], executes: null }
  }
  if (run.parked !== null) return NOTHING
  return ofStep(run, step, recordOf(view))
}

/** Nobody leads, and no reading settles anything: a step is done by what a person states and what addresses answer. */
function withoutLeader({ run, facts: { view }, current: step }: Standing): Advice {
  if (run.outcome !== null || run.parked !== null || step === null || step.kind === 'change' || step.kind === 'part')
    return NOTHING
  return ofStep(run, step, view === null ? null : recordOf(view))
}

/** What the step that is going on leads to. */
function ofStep(run: Run, step: StepRule, quorum: QuorumRecord | null): Advice {
  switch (step.kind) {
    case 'host':
    case 'request':
    case 'proof': {
      if (step.done === null) return NOTHING
      const { text, candidate, voters } = step.done
      const { key, gates } = step
      const proven = voters === undefined ? {} : { voters }
      return {
        events: [{ type: 'step-done', step: key, how: 'observed', candidate, ...proven, gates, quorum, text }],
        executes: null,
      }
    }
    case 'part': {
      const { part, begins } = step
      if (begins === null || quorum === null || !allOk(step.gates)) return NOTHING
      const text = `Begins: ${step.title}.`
      return { events: [{ type: 'part-begun', part, plan: begins, quorum, text }], executes: null }
    }
    case 'change': {
      const tries = run.failures[step.key] ?? 0
      const isAutomatic = step.execute === 'automatic' && step.change !== null && tries < MAX_AUTOMATIC_TRIES
      return { events: [], executes: isAutomatic && allOk(step.gates) ? step.key : null }
    }
    default:
      return step satisfies never
  }
}
