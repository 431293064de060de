/** What each entry of the journal makes of a run. Pure. */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import type { Actor } from '../../contract/workflows.ts'
import { isLasting } from './lasting.ts'
import { partOfKey, withPart } from './partKeys.ts'
import type { How, LastAct, Note, Run, RunEntry, RunEvent, RunHead, Stated } from './run.ts'
import { changed } from './voterSet.ts'

function stepOf(event: RunEvent, run: Run | null): string | null {
  switch (event.type) {
    case 'stated':
    case 'step-done':
    case 'host-action':
    case 'acting':
    case 'acted':
      return event.step
    case 'intended':
      return event.intent.step
    case 'answered':
    case 'settled':
      return run?.intent?.step ?? null
    default:
      return null
  }
}

function begin(head: RunHead, entry: RunEntry & { type: 'started' }): Run {
  const { kind, params, reason, plan, actor, atMs } = entry
  return {
    ...head,
    kind,
    params,
    reason,
    plan,
    driver: actor,
    drivers: [actor],
    startedAtMs: atMs,
    endedAtMs: null,
    revision: 0,
    expected: plan.initial,
    done: {},
    statements: {},
    intent: null,
    acts: {},
    hosted: {},
    failures: {},
    lastFailure: null,
    parked: null,
    drift: null,
    undo: null,
    outcome: null,
    endReason: '',
    stepSinceMs: atMs,
    notes: [],
  }
}

function withDone(run: Run, step: string, how: How, entry: RunEntry): Run {
  const { atMs, text } = entry
  const statements = Object.fromEntries(
    Object.entries(run.statements).map(([key, said]) => [
      key,
      key.startsWith(`${step}/`) ? { ...said, isUsed: true } : said,
    ]),
  )
  return { ...run, statements, done: { ...run.done, [step]: { how, atMs, text } }, stepSinceMs: atMs }
}

/** The candidate of the part that a step belongs to, or of the run itself. */
function withCandidate(run: Run, step: string, candidate: ReplicaKey): Run {
  const part = partOfKey(step)
  if (part === null) return { ...run, plan: { ...run.plan, candidate } }
  return { ...run, plan: withPart(run.plan, part, (p) => ({ ...p, plan: p.plan && { ...p.plan, candidate } })) }
}

/** A run that had ended goes on, only to take back what it has left. */
function takenUp(run: Run, driver: Actor): Run {
  const open = { intent: null, parked: null, drift: null, undo: null, failures: {}, lastFailure: null }
  const kept = Object.entries(run.done).filter(([key]) => !key.startsWith('clean-'))
  const done = Object.fromEntries(kept)
  return { ...run, ...open, outcome: null, endReason: '', endedAtMs: null, done, driver, hadEnded: true }
}

/** What was approved is not what stands there any more. */
function withoutApproval(run: Run, why: string): Run {
  const { approval } = run
  return approval === undefined || approval.void !== null ? run : { ...run, approval: { ...approval, void: why } }
}

/** It was broken for the plan of then. */
function withoutGlass(run: Run): Run {
  const { brokenGlass: _broken, ...rest } = run
  return rest
}

/** What was approved, or done without, was about the node that was known then: another one is another plan. */
function meantFor(run: Run, step: string, { nodeId }: ReplicaKey): Run {
  const at = partOfKey(step)
  const part = at === null ? null : (run.plan.parts?.[at] ?? null)
  const plan = part === null ? run.plan : part.plan
  const params = part === null ? run.params : part.params
  const meant = [plan?.candidate?.nodeId, plan?.target?.nodeId, params.nodeId, run.params.newNodeId]
  if (meant.includes(nodeId)) return run
  return withoutApproval(withoutGlass(run), 'Another candidate was chosen since.')
}

function apply(run: Run, entry: Exclude<RunEntry, { type: 'started' }>): Run {
  switch (entry.type) {
    case 'chosen':
      return withCandidate(meantFor(run, entry.step ?? '', entry.candidate), entry.step ?? '', entry.candidate)
    case 'stated': {
      const { statement, about, actor, atMs } = entry
      const said: Stated = { statement, by: actor.name, atMs, about }
      return { ...run, statements: { ...run.statements, [`${entry.step}/${entry.key}`]: said } }
    }
    case 'step-done': {
      const known =
        entry.candidate === null
          ? run
          : withCandidate(meantFor(run, entry.step, entry.candidate), entry.step, entry.candidate)
      const after = entry.voters === undefined ? known : { ...known, expected: entry.voters }
      return withDone(after, entry.step, entry.how, entry)
    }
    case 'intended':
      return {
        ...run,
        intent: { ...entry.intent, seq: run.revision + 1, sentAtMs: entry.atMs, outcome: null },
        lastFailure: null,
      }
    case 'answered':
      return run.intent?.seq !== entry.intentSeq ? run : { ...run, intent: { ...run.intent, outcome: entry.outcome } }
    case 'settled': {
      const { intent } = run
      if (intent === null) return run
      if (entry.applied)
        return withDone({ ...run, intent: null, expected: intent.expected }, intent.step, 'applied', entry)
      const failures = { ...run.failures, [intent.step]: (run.failures[intent.step] ?? 0) + 1 }
      return { ...run, intent: null, failures, lastFailure: { step: intent.step, text: entry.text } }
    }
    case 'adopted': {
      let after: Run = { ...withoutApproval(run, 'Somebody else has changed the voters since.'), intent: null }
      for (const step of entry.moot) after = withDone(after, step, 'found', entry)
      for (const { step, change } of entry.changes) {
        after = withDone({ ...after, expected: changed(after.expected, change) }, step, 'found', entry)
        if (change.kind === 'add') {
          const candidate = { nodeId: change.nodeId, directoryId: change.directoryId }
          after = withCandidate(after, step, candidate)
        }
      }
      return after
    }
    case 'acting': {
      const last: LastAct = {
        seq: run.revision + 1,
        act: entry.act,
        before: entry.before,
        sentAtMs: entry.atMs,
        outcome: null,
        endedAtMs: null,
      }
      const { act, before } = entry
      const lasting = isLasting(act) ? { lasting: [...(run.lasting ?? []), { act, before }] } : {}
      return { ...run, acts: { ...run.acts, [entry.step]: last }, ...lasting }
    }
    case 'acted': {
      const last = run.acts[entry.step]
      if (last?.seq !== entry.actSeq) return run
      const ended = { ...last, outcome: entry.outcome, endedAtMs: entry.atMs }
      return { ...run, acts: { ...run.acts, [entry.step]: ended } }
    }
    case 'identified':
      return { ...run, expected: entry.voters, plan: { ...run.plan, initial: entry.voters } }
    case 'part-begun':
      return {
        ...run,
        plan: withPart(run.plan, entry.part, (part) => ({ ...part, plan: entry.plan })),
        stepSinceMs: entry.atMs,
      }
    case 'drifted':
      return {
        ...withoutApproval(run, 'Somebody else has changed the voters since.'),
        intent: null,
        drift: { seen: entry.seen, atMs: entry.atMs },
      }
    case 'replanned': {
      const done = Object.fromEntries(
        entry.kept.map((step) => [step, run.done[step] ?? { how: 'found', atMs: entry.atMs, text: entry.text }]),
      ) satisfies Run['done']
      return {
        ...withoutApproval(withoutGlass(run), 'The run was planned anew since.'),
        plan: entry.plan,
        expected: entry.expected,
        done,
        // What a person said of a change that is made still tells why it was made so.
        statements: entry.kept.length === 0 ? {} : run.statements,
        acts: entry.kept.length === 0 ? {} : run.acts,
        failures: {},
        lastFailure: null,
        drift: null,
        undo: null,
        stepSinceMs: entry.atMs,
      }
    }
    case 'host-action':
      return entry.actions.length > 0 || entry.problem !== null
        ? run
        : { ...run, hosted: { ...run.hosted, [entry.step]: entry.atMs } }
    case 'parked':
      return { ...run, parked: { by: entry.by, reason: entry.reason, atMs: entry.atMs, lockLost: entry.lockLost } }
    case 'resumed':
      return { ...run, parked: null }
    case 'driver':
      return { ...run, driver: entry.actor, drivers: [...(run.drivers ?? [run.driver]), entry.actor] }
    case 'approved': {
      const { actor: by, atMs, untilMs, plan, digest } = entry
      return { ...run, approval: { by, atMs, untilMs, plan, digest, void: null } }
    }
    case 'approval-withdrawn':
      return withoutApproval(run, `${entry.actor.name} withdrew it: ${entry.reason}`)
    case 'glass-broken':
      return { ...run, brokenGlass: { by: entry.actor, atMs: entry.atMs, reason: entry.reason } }
    case 'undoing':
      return { ...run, undo: { reason: entry.reason, change: entry.change }, stepSinceMs: entry.atMs }
    case 'cleaning':
      return {
        ...(run.outcome === null ? run : takenUp(run, entry.actor)),
        cleaning: entry.reason,
        stepSinceMs: entry.atMs,
      }
    case 'ended':
      return { ...run, outcome: entry.outcome, endReason: entry.reason, endedAtMs: entry.atMs }
    default:
      return entry satisfies never
  }
}

/** Notes of one step, or of none, that are kept at hand; the journal has all of them. */
const NOTES_KEPT = 100

/** The newest of each step: a run of 10,000 entries is no larger than one of some hundred. */
function withNote(notes: readonly Note[], note: Note): Note[] {
  const isSame = ({ step }: Note) => step === note.step
  let count = 0
  for (const one of notes) if (isSame(one)) count += 1
  if (count < NOTES_KEPT) return [...notes, note]
  return [...notes.toSpliced(notes.findIndex(isSame), 1), note]
}

/** @param run `null` before the first entry, which must be `started` */
export function foldEntry(head: RunHead, run: Run | null, entry: RunEntry): Run {
  const base = run ?? (entry.type === 'started' ? begin(head, entry) : null)
  if (base === null) throw new Error(`the journal of run ${head.id} does not begin with its start`)
  const note: Note = {
    atMs: entry.atMs,
    actor: entry.actor.name,
    text: entry.text,
    step: stepOf(entry, base),
    hostsProblem: entry.type === 'host-action' ? entry.problem : null,
  }
  const after = entry.type === 'started' ? base : apply(base, entry)
  return { ...after, revision: base.revision + 1, notes: withNote(base.notes, note) }
}

export function foldRun(head: RunHead, entries: readonly RunEntry[]): Run {
  const run = entries.reduce<Run | null>((before, entry) => foldEntry(head, before, entry), null)
  if (run === null) throw new Error(`the journal of run ${head.id} is empty`)
  return run
}
