import { describe, expect, test } from 'vitest'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, replica } from '../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../testing/examples/flatStep.ts'
import { advance } from '../engine/decisions/advance.ts'
import { decide } from '../engine/decisions/decide.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'
import { foldEntry } from '../run/fold.ts'
import type { Part, PartKind, RunEvent } from '../run/run.ts'
import { EMPTY_TRACK, observe } from '../run/windows/track.ts'
import { bootstrapServers } from './bootstrapServers/bootstrapServers.ts'
import { continuedPart, focusOf, partRun, stepsAhead, withFirstPart } from './parts.ts'

const facts = exampleFacts(exampleView(), { log: exampleLog() })
const head = { id: 'run', cluster: 'test', clusterId: 'x' }
const actor = { id: 'operator', name: 'operator' }
const grown = (run: ReturnType<typeof exampleRun>, ...events: RunEvent[]) =>
  events.reduce((before, event) => foldEntry(head, before, { ...event, atMs: 1, actor, text: '' }), run)

const done = (step: string): RunEvent => ({
  type: 'step-done',
  step,
  how: 'observed',
  candidate: null,
  gates: [],
  quorum: { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] },
})

describe('parts', () => {
  const run = exampleRun({ kind: 'scale', params: { controllers: 5 } }, facts)

  test('a part has the steps and gates of its wizard, under its number', () => {
    const alone = exampleRun({ kind: 'add-controller', params: {} }, facts)
    const own = stepsOf(alone, facts)
    const steps = stepsOf(run, facts).filter((s) => s.key.startsWith('0.'))
    expect(steps.map((s) => s.key)).toEqual(own.map((s) => `0.${s.key}`))
    expect(steps.map((s) => s.gates.map((g) => g.code))).toEqual(own.map((s) => s.gates.map((g) => g.code)))
  })

  test('the configurations come last', () => {
    expect(run.plan.parts?.map((p) => p.kind)).toEqual(['add-controller', 'add-controller', 'bootstrap-servers'])
  })

  test('the next part is planned only when the one before is done', () => {
    const begin = (of: typeof run) => stepsOf(of, facts).find((s) => s.key === '1.begin')
    expect(begin(run)).toMatchObject({ begins: null, gates: [] })
    const some = grown(run, done('0.candidate'), done('0.caught-up'), done('0.add'))
    expect(begin(some)).toMatchObject({ begins: null })
    const whole = grown(some, done('0.steady'))
    expect(begin(whole)?.begins).not.toBeNull()
    expect(advance(standingOf(whole, facts), null).events[0]).toMatchObject({ type: 'part-begun', part: 1 })
  })

  test('a candidate belongs to the part in which it was chosen', () => {
    const chosen = grown(run, { type: 'chosen', step: '0.candidate', candidate: CANDIDATE })
    expect(chosen.plan.candidate).toBeNull()
    expect(focusOf(chosen).plan.candidate).toEqual(CANDIDATE)
    expect(chosen.plan.parts?.[1]?.plan).toBeNull()
  })

  test('what is not safe now is not begun: the gates of its start say why', () => {
    const dead = replica(2, DIRECTORY[2], { lastFetchMs: 1, lastCaughtUpMs: 1 })
    const broken = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead] } }))
    const whole = grown(run, done('0.candidate'), done('0.caught-up'), done('0.add'), done('0.steady'))
    const begin = stepsOf(whole, broken).find((s) => s.key === '1.begin')
    expect(begin?.begins).toBeNull()
    expect(begin?.gates.filter((g) => !g.ok).map((g) => g.code)).toContain('part-can-begin')
    expect(advance(standingOf(whole, broken), null).events).toEqual([])
  })
})

test('a quorum that becomes dynamic shows the same voters with their directory ids', () => {
  const bare = [0, 1, 2].map((id) => ({ nodeId: id, directoryId: null }))
  const staticFacts = exampleFacts(exampleView({ log: { kraftVersion: 0 } }), { log: exampleLog() })
  const run = { ...exampleRun({ kind: 'static-to-dynamic', params: {} }, staticFacts), expected: bare }
  const [event] = advance(standingOf(run, facts), null).events
  expect(event).toMatchObject({ type: 'identified' })
  const [other] = advance(standingOf({ ...run, expected: bare.slice(1) }, facts), null).events
  expect(other).toMatchObject({ type: 'drifted' })
})

test('on paper every part counts on the voters that the ones before it leave', () => {
  const run = exampleRun({ kind: 'scale', params: { controllers: 5 } }, facts)
  // What comes after a change demands the voters that it makes, which are not there yet.
  const before = stepsAhead(run, facts).filter((s) => !s.key.endsWith('steady'))
  const gates = before.flatMap((s) => s.gates.filter((g) => g.code === 'voters-as-expected'))
  expect(gates.length).toBeGreaterThan(1)
  expect(gates.filter((g) => !g.ok)).toEqual([])
  expect(new Set(gates.map((g) => g.required)).size).toBeGreaterThan(1)
})

test('who left in a run is remembered by every plan that it gets', () => {
  const run = exampleRun({ kind: 'scale', params: { controllers: 5 } }, facts)
  const left = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } }), {
    log: exampleLog(),
  })
  const pause = (of: typeof run): RunEvent => ({
    type: 'drifted',
    seen: of.expected.slice(0, 2),
    quorum: { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] },
  })
  const anew = (of: typeof run) => {
    const { events } = decide(standingOf(grown(of, pause(of)), left), { type: 'replan', reason: 'x' }, actor)
    return grown(of, pause(of), ...events)
  }
  const once = anew({ ...run, plan: { ...run.plan, parts: [] } })
  expect(once.plan.gone).toEqual([2])
  const again = anew({ ...once, plan: { ...once.plan, parts: [] } })
  expect(again.plan.gone).toEqual([2])
  expect(bootstrapServers.plan({}, left, again).gone).toEqual([2])
})

describe('a run that goes on after somebody else has changed something', () => {
  const begun = exampleRun({ kind: 'scale', params: { controllers: 5 } }, facts)
  const own = { ...begun.plan, parts: [], drain: { cordon: false } }
  const drain: Part = { kind: 'drain', title: 'x', params: { nodeIds: [7] }, plan: own }
  const later = (kind: PartKind, nodeId?: number): Part => ({
    kind,
    title: `${kind} ${nodeId ?? 'any'}`,
    params: nodeId === undefined ? {} : { nodeId },
    plan: null,
  })
  const of = (parts: Part[], steps: string[] = []) => ({
    ...begun,
    plan: { ...begun.plan, parts },
    done: Object.fromEntries(steps.map((key) => [key, { how: 'observed' as const, atMs: 0, text: '' }])),
  })

  test('leaves out what is not called for any more', () => {
    const parts = [
      drain,
      ...[1, 99, undefined].map((id) => later('remove-controller', id)),
      ...[1, 99, undefined].map((id) => later('add-controller', id)),
      ...[7, 99, undefined].map((id) => later('unregister-broker', id)),
    ]
    const titles = (on: Facts) => continuedPart(of(parts), on)?.plan.parts?.map((p) => p.title)
    const kept = ['x', 'remove-controller 1', 'add-controller 99', 'add-controller any', 'unregister-broker 7']
    expect(titles(facts)).toEqual([...kept, 'unregister-broker any'])
    // Without the log nobody knows who is registered.
    expect(titles({ ...facts, log: null })).toEqual([...kept, 'unregister-broker 99', 'unregister-broker any'])
  })

  test('begins anew where the last part is over, and nowhere else', () => {
    const all = ['0.move', '0.empty']
    expect(continuedPart(of([drain], all), facts)).toBeNull()
    expect(continuedPart(of([drain], ['0.move']), facts)?.kept).toEqual(['0.move'])
    expect(continuedPart(of([drain, later('add-controller')], all), facts)?.kept).toEqual(all)
  })
})

test('a node that is missing is waited for while the leader is young, and for no other reason', () => {
  const begun = exampleRun({ kind: 'rolling-restart', params: { nodeIds: [7] } }, facts)
  const parts = (nodeIds: number[]): Part[] => [{ kind: 'restart-node', title: 'x', params: { nodeIds }, plan: null }]
  const gate = (on: Facts, nodeIds: number[]) =>
    standingOf({ ...begun, plan: { ...begun.plan, parts: parts(nodeIds) } }, on)
      .steps.find((s) => s.key === '0.begin')
      ?.gates.find((g) => g.code === 'part-can-begin')
  const { view } = facts
  if (view === null) throw new Error('no view')
  const young = { ...facts, track: observe(EMPTY_TRACK, view, facts.monotonicMs, facts.thresholds) }
  expect(gate(young, [99])).toMatchObject({ ok: false, waiting: true })
  expect(gate(facts, [99])).toMatchObject({ ok: false, waiting: false })
  expect(gate({ ...young, ageMs: 60_000 }, [7])).toMatchObject({ ok: false, waiting: false })
})

test('a removal is planned once the controllers were asked whether they join by themselves', () => {
  const begun = exampleRun({ kind: 'scale', params: { controllers: 1 } }, facts)
  const plan = { ...begun.plan, parts: (begun.plan.parts ?? []).map((p) => ({ ...p, plan: null })) }
  const run = { ...begun, plan }
  const { view } = facts
  if (view === null) throw new Error('no view')
  const told = (atMs: number, autoJoin: boolean | null): Facts => {
    const seen = { ...view, quorum: { ...view.quorum, autoJoin } }
    const first = observe(EMPTY_TRACK, seen, facts.monotonicMs - atMs, facts.thresholds)
    return { ...facts, view: seen, track: observe(first, seen, facts.monotonicMs, facts.thresholds) }
  }
  const begins = (of: Facts) => stepsOf(run, of).find((s) => s.key === '0.begin')?.begins ?? null
  expect(begins(told(1000, null))).toBeNull()
  expect(begins(told(1000, false))?.stop).toBe('after')
  expect(begins(told(11_000, null))?.stop).toBe('before')
})

describe('a part as its wizard sees it', () => {
  const run = exampleRun({ kind: 'scale', params: { controllers: 5 } }, facts)
  const whole = grown(run, done('0.candidate'), done('0.caught-up'), done('0.add'), done('0.steady'))
  const begun = grown(whole, {
    type: 'part-begun',
    part: 1,
    plan: run.plan.parts?.[0]?.plan ?? run.plan,
    quorum: { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] },
  })

  test('has what was done, said and failed in it, and nothing else', () => {
    const failed = { ...begun, lastFailure: { step: '1.add', text: 'refused' }, failures: { '1.add': 2, '0.add': 1 } }
    expect(partRun(failed, 1)).toMatchObject({ lastFailure: { text: 'refused' }, failures: { add: 2 }, done: {} })
    expect(partRun(failed, 0)).toMatchObject({ lastFailure: null, failures: { add: 1 }, done: { steady: {} } })
    expect(partRun(begun, 1).lastFailure).toBeNull()
  })

  test('is none before it has begun', () => {
    expect(() => partRun(run, 1)).toThrow(/has not begun/)
    expect(() => partRun(run, 9)).toThrow(/has not begun/)
    expect(focusOf(exampleRun({ kind: 'add-controller', params: {} }, facts)).kind).toBe('add-controller')
    expect(focusOf(begun).done).toEqual({})
  })

  test('says what it will do to the voters before it is known to whom', () => {
    const begins = (of: typeof run) =>
      stepsOf(of, facts).flatMap((s) => (s.key.endsWith('begin') ? [s.plannedChange] : []))
    expect(begins(run)).toEqual([{ kind: 'add', nodeId: null }, null])
    const smaller = exampleRun({ kind: 'scale', params: { controllers: 1 } }, facts)
    expect(begins(smaller)).toEqual([{ kind: 'remove', nodeId: 1 }, null])
  })

  test('begins on a fresh observation of the voters that the run knows', () => {
    const failing = (of: typeof run, seen = facts) =>
      stepsOf(of, seen).flatMap((s) => (s.key === '1.begin' ? s.gates.filter((g) => !g.ok).map((g) => g.code) : []))
    expect(failing(whole)).toEqual([])
    expect(failing(whole, { ...facts, ageMs: 6000 })).toEqual(['part-can-begin', 'observation-fresh'])
    expect(failing({ ...whole, expected: whole.expected.slice(1) })).toEqual(['voters-as-expected'])
  })

  test('is named by its wizard once it has begun', () => {
    const groups = stepsOf(run, facts).flatMap((s) => (s.key === 'goal' ? [] : [s.group]))
    expect(new Set(groups)).toEqual(
      new Set(['Add controller', 'Add controller 2 of 2', 'Name the voters in every configuration']),
    )
  })

  test('the first one is planned at once, and once only', () => {
    const { parts: _, ...without } = run.plan
    expect(withFirstPart(without, facts)).toBe(without)
    expect(withFirstPart(run.plan, facts)).toBe(run.plan)
  })

  test('goes on from where the voters are, if its wizard can', () => {
    // The candidate of the second part is a voter already.
    const joined = exampleFacts(
      exampleView({
        sample: {
          voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2]), replica(3, CANDIDATE.directoryId)],
          observers: [],
        },
      }),
      { log: exampleLog() },
    )
    const chosen = grown(begun, { type: 'chosen', step: '1.candidate', candidate: CANDIDATE })
    const goesOn = continuedPart(chosen, joined)
    expect(goesOn?.kept).toEqual([
      '0.candidate',
      '0.caught-up',
      '0.add',
      '0.steady',
      '1.candidate',
      '1.caught-up',
      '1.add',
    ])
    expect(goesOn?.plan.parts?.[1]?.plan?.candidate).toEqual(CANDIDATE)
    expect(goesOn?.plan.parts?.[2]?.plan).toBeNull()
    expect(continuedPart(chosen, facts)).toBeNull()
    expect(continuedPart({ ...run, plan: { ...run.plan, parts: [] } }, facts)).toBeNull()
  })
})
