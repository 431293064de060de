/** What lets a run act where its cluster asks for a second person or a time, and each thing that makes that void. */
import { describe, expect, test } from 'vitest'
import type { Actor, AllowedCommand, Workflow } from '../../../contract/workflows.ts'
import { WorkflowKind } from '../../../contract/workflows.ts'
import { CANDIDATE, exampleFacts, exampleRun } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, NOW } from '../../../testing/examples/exampleObservation.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry } from '../../run/fold.ts'
import { type ChangeRules, NO_CHANGE_RULES } from '../../run/permission/changeRules.ts'
import type { VoterChange } from '../../run/ports.ts'
import type { Run, RunEvent } from '../../run/run.ts'
import { decide } from './decide.ts'
import { describeRun } from './describe.ts'
import { preflightChange, preflightHosts } from './preflight.ts'
import { standingOf } from './progress.ts'

const HOUR_MS = 3_600_000
const ANN: Actor = { id: 'user.ann', name: 'Ann' }
const BEN: Actor = { id: 'user.ben', name: 'Ben' }
const RULES: ChangeRules = {
  ...NO_CHANGE_RULES,
  approvedKinds: ['remove-controller', 'add-controller'],
  approvalMs: HOUR_MS,
}

const factsWith = (changeRules: ChangeRules, nowMs = NOW): Facts => {
  const facts = exampleFacts()
  return { ...facts, nowMs, thresholds: { ...facts.thresholds, changeRules } }
}
const facts = factsWith(RULES)
const by = (run: Run, who: Actor): Run => ({ ...run, driver: who, drivers: [who] })
const begun = by(
  exampleRun({ kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } }, facts),
  ANN,
)
const driver = ANN

const foldedAt = (atMs: number, run: Run, actor: Actor, ...events: (RunEvent & { text?: string })[]) =>
  events.reduce((before, event) => foldEntry(run, before, { text: '', ...event, atMs, actor }), run)
const folded = (run: Run, actor: Actor, ...events: (RunEvent & { text?: string })[]) =>
  foldedAt(NOW, run, actor, ...events)

const offered = (run: Run, type: AllowedCommand['type'], on = facts): AllowedCommand => {
  const found = describeRun(standingOf(run, on)).allowedCommands.find((c) => c.type === type)
  if (found === undefined) throw new Error(`${type} is not offered`)
  return found
}
const said = (run: Run, type: AllowedCommand['type'], actor: Actor, on = facts): Run => {
  const { needsConfirmation, ...command } = offered(run, type, on)
  const given = { ...command, confirmation: needsConfirmation?.statement ?? '', reason: 'because' }
  return foldedAt(on.nowMs, run, actor, ...decide(standingOf(run, on), given, actor).events)
}
const mayAct = (run: Run, on = facts) => {
  const step = standingOf(run, on).current
  if (step === null) throw new Error('no step')
  const gates = step.kind === 'host' ? step.hostGates : step.gates
  const failing = gates.filter((g) => !g.ok && (g.code === 'approved' || g.code === 'change-time'))
  expect(step.withheld && failing.length > 0).toBe(failing.length > 0)
  return failing.length === 0
}
const missing = (run: Run, on = facts): string => describeRun(standingOf(run, on)).permission?.missing.join(' ') ?? ''

describe('a kind that needs a second person', () => {
  const approved = said(begun, 'approve', BEN)

  test('waits for one, gives no command away, and says for whom', () => {
    expect(mayAct(begun)).toBe(false)
    const seen: Workflow = describeRun(standingOf(begun, facts))
    expect(seen).toMatchObject({ state: 'waiting', now: 'Waiting for approval. Nobody has approved this plan.' })
    expect(seen.steps.find((s) => s.key === seen.currentStep)?.commands).toEqual([])
    expect(seen.permission).toMatchObject({ needsApproval: true, approval: null, requestedBy: [driver] })
  })

  test('goes on once another has approved it', () => {
    expect(mayAct(approved)).toBe(true)
    expect(describeRun(standingOf(approved, facts)).permission).toMatchObject({
      approval: { by: 'Ben', void: null, untilMs: NOW + HOUR_MS },
      missing: [],
    })
  })

  test('is not approved by whoever asked for it or has driven it', () => {
    expect(() => said(begun, 'approve', driver)).toThrow('cannot approve')
    const taken = folded(begun, BEN, { type: 'driver', reason: 'mine now' })
    for (const one of [driver, BEN]) expect(() => said(taken, 'approve', one)).toThrow('cannot approve')
  })

  test('is not approved by a word that was given for another plan or other voters', () => {
    const stale = { ...offered(begun, 'approve'), confirmation: 'I have read this plan and agree to it' }
    const other = { ...begun, expected: begun.expected.slice(1) }
    expect(() => decide(standingOf(other, facts), stale, BEN)).toThrow('not possible now')
    const edited = { ...begun, plan: { ...begun.plan, stop: 'before' as const, goalMargin: 7 } }
    expect(() => decide(standingOf(edited, facts), stale, BEN)).toThrow('not possible now')
  })

  const quorum = { observedAtMs: NOW, quorum: facts.view?.quorum, replicas: [] } as never
  test.each<[string, Run, Facts]>([
    ['time', approved, { ...facts, nowMs: NOW + HOUR_MS }],
    ['a clock that was set back', approved, { ...facts, nowMs: NOW - 61_000 }],
    ['an edited plan', { ...approved, plan: { ...approved.plan, target: { nodeId: 2, directoryId: null } } }, facts],
    ['its driver being the one who approved', folded(approved, BEN, { type: 'driver', reason: 'x' }), facts],
    ['whoever gave it having lost the right', approved, { ...facts, barred: BEN.id }],
    ['its withdrawal', said(approved, 'withdraw-approval', BEN), facts],
    [
      'voters that somebody else changed, and a plan made anew',
      folded(
        approved,
        driver,
        { type: 'drifted', seen: [], quorum },
        { type: 'replanned', plan: begun.plan, kept: [], expected: begun.expected, quorum },
      ),
      facts,
    ],
    [
      'a change that somebody else made for it',
      folded(approved, driver, { type: 'adopted', changes: [], moot: [], quorum }),
      facts,
    ],
  ])('%s makes the approval void', (_what, run, on) => {
    expect(mayAct(run, on)).toBe(false)
    expect(missing(run, on)).not.toBe('')
    // It can be given anew, and counts again, unless everybody here has driven it.
    const cora = { id: 'user.cora', name: 'Cora' }
    expect(mayAct(said(run, 'approve', cora, on), on)).toBe(true)
  })

  test('another candidate is another plan', () => {
    const adding = by(exampleRun({ kind: 'add-controller', params: {} }, facts), ANN)
    const yes = said({ ...adding, plan: { ...adding.plan, candidate: null } }, 'approve', BEN)
    expect(missing(folded(yes, driver, { type: 'chosen', step: 'candidate', candidate: CANDIDATE }))).toMatch(/chosen/)
  })

  test('another candidate ends what was approved, or done without, in a part of a longer run, too', () => {
    const whole = by(
      exampleRun({ kind: 'scale', params: { controllers: 4 } }, factsWith({ ...RULES, approvedKinds: ['scale'] })),
      ANN,
    )
    const on = factsWith({ ...RULES, approvedKinds: ['scale'] })
    const chosen: RunEvent = {
      type: 'chosen',
      step: '0/candidate',
      candidate: { nodeId: 9, directoryId: DIRECTORY[7] },
    }
    for (const type of ['approve', 'break-glass'] as const) {
      const allowed = said(whole, type, type === 'approve' ? BEN : ANN, on)
      expect(missing(allowed, on)).toBe('')
      const first = allowed.plan.parts?.[0]?.plan?.candidate?.nodeId
      expect(first).not.toBe(9)
      expect(missing(folded(allowed, ANN, chosen), on)).not.toBe('')
    }
  })

  test("a plan of somebody who has not signed in by name is nobody's to approve", () => {
    const shared = by(begun, { id: 'operator', name: 'operator' })
    expect(missing(shared)).toMatch(/not signed in by name/)
    expect(() => said(shared, 'approve', BEN)).toThrow('not signed in by name')
    // Nor is one that they have driven since it was approved.
    const taken = folded(approved, { id: 'operator', name: 'operator' }, { type: 'driver', reason: 'x' })
    expect(mayAct(taken)).toBe(false)
  })

  test.each([
    ['late', { ...facts, nowMs: NOW + HOUR_MS }],
    ['by somebody who may not', { ...facts, barred: BEN.id }],
  ])('right before it is sent or done it is judged once more: %s', (_why, on) => {
    const standing = standingOf(approved, on)
    const { current } = standing
    if (current === null) throw new Error('no step')
    const objection =
      current.kind === 'host'
        ? preflightHosts(standing, current.key)
        : preflightChange(standing, approved.intent?.seq ?? 0)
    expect(objection).toMatch(/approv|moved on/)
  })

  test('breaking the glass lets it act, for this plan alone, and is on record', () => {
    const broken = said(begun, 'break-glass', driver)
    expect(mayAct(broken)).toBe(true)
    expect(describeRun(standingOf(broken, facts)).permission?.brokenGlass).toMatchObject({ by: driver.name })
    const anew = folded(broken, driver, {
      type: 'replanned',
      plan: begun.plan,
      kept: [],
      expected: begun.expected,
      quorum,
    })
    expect(mayAct(anew)).toBe(false)
  })

  test('to take a change back nobody is waited for', () => {
    const change: VoterChange = { kind: 'add', nodeId: 1, directoryId: DIRECTORY[1], endpoints: [] }
    const undoing = folded(begun, driver, { type: 'undoing', reason: 'x', change, quorum })
    expect(missing(undoing)).toBe('')
  })
})

describe('times', () => {
  const freeze = { fromMs: NOW, toMs: NOW + HOUR_MS, reason: 'holidays' }
  const frozen = factsWith({ ...NO_CHANGE_RULES, freezes: [freeze] })

  test('in a freeze nothing begins, and it says why; before and after it does', () => {
    expect(mayAct(begun, frozen)).toBe(false)
    expect(missing(begun, frozen)).toMatch(/Frozen until .*: holidays/)
    for (const nowMs of [NOW - 1, NOW + HOUR_MS]) expect(mayAct(begun, { ...frozen, nowMs })).toBe(true)
  })

  test('a change that has begun goes on', () => {
    const [first] = standingOf(begun, frozen).steps.filter(({ kind }) => kind === 'host' || kind === 'change')
    const quorum = null
    const going = folded(begun, driver, {
      type: 'step-done',
      step: first?.key ?? '',
      how: 'applied',
      candidate: null,
      gates: [],
      quorum,
    })
    expect(missing(going, frozen)).toBe('')
  })

  test('what is seen done in a freeze has begun nothing', () => {
    const adding = exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, frozen)
    const host = standingOf(adding, frozen).steps.find(({ kind }) => kind === 'host')
    expect(host?.kind === 'host' && host.done).toBeNull()
    const open_ = { ...frozen, nowMs: NOW - 1 }
    const open = standingOf(adding, open_).steps.find(({ kind }) => kind === 'host')
    expect(open?.kind === 'host' && open.done).not.toBeNull()
    // Nor what somebody else has changed meanwhile.
    const [change] = standingOf(begun, frozen).steps.filter(({ kind }) => kind === 'change')
    const done = { type: 'step-done', step: change?.key ?? '', candidate: null, quorum: null } as const
    expect(missing(folded(begun, driver, { ...done, gates: [], how: 'found' }), frozen)).not.toBe('')
  })

  test('a server that is read-only goes on with nothing, whatever was broken or begun', () => {
    const still = factsWith({ ...NO_CHANGE_RULES, readOnly: true })
    const broken = { ...begun, brokenGlass: { by: ANN, atMs: NOW, reason: 'x' } }
    for (const run of [begun, broken]) expect(mayAct(run, still)).toBe(false)
  })

  test('outside of every window nothing begins', () => {
    const day = new Date(NOW).getUTCDay()
    const window = { days: [((day + 3) % 7) as 0], fromMinute: 0, toMinute: 60, zone: 'UTC' }
    const closed = factsWith({ ...NO_CHANGE_RULES, windows: [window] })
    expect(mayAct(begun, closed)).toBe(false)
    expect(missing(begun, closed)).toMatch(/change window/)
  })
})

test('a kind that nobody has to approve has no gate of that, and no words about it', () => {
  const rules = factsWith({ ...RULES, approvedKinds: WorkflowKind.options.filter((kind) => kind !== begun.kind) })
  const { steps } = standingOf(begun, rules)
  expect(steps.flatMap(({ gates }) => gates).some(({ code }) => code === 'approved')).toBe(false)
  expect(describeRun(standingOf(begun, rules)).permission).toBeNull()
})
