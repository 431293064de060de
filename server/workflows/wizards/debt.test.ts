import { describe, expect, test } from 'vitest'
import { type PlacementRecord, placed } from '../../quorum/log/placement.ts'
import { exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../../testing/examples/exampleLog.ts'
import { DIRECTORY, replica } from '../../testing/examples/exampleObservation.ts'
import { currentOf, stepsOf } from '../../testing/examples/flatStep.ts'
import { advance } from '../engine/decisions/advance.ts'
import { allowedCommands } from '../engine/decisions/allowed.ts'
import { decide } from '../engine/decisions/decide.ts'
import { describeRun, summarize } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'
import { foldEntry } from '../run/fold.ts'
import type { ClusterAct, Config } from '../run/ports.ts'
import type { Run, RunEvent } from '../run/run.ts'
import { debtOf, valuesBefore } from './debt.ts'

const head = { id: 'run', cluster: 'test', clusterId: 'x' }
const actor = { id: 'operator', name: 'operator' }
const quorum = { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] }
const grown = (run: Run, ...events: RunEvent[]) =>
  events.reduce((before, event) => foldEntry(head, before, { ...event, atMs: 1, actor, text: '' }), run)
const RATE = 'leader.replication.throttled.rate'
const config = (resource: string, name: string, value: string | null): PlacementRecord => ({
  kind: 'config',
  resource,
  name,
  value,
})
const moving = partition({ replicas: [9, 7, 8], adding: [9], removing: [7] })
const on = (partitions: ReturnType<typeof partition>[], ...records: PlacementRecord[]): Facts => {
  const log = exampleLog(partitions)
  return exampleFacts(exampleView(), { log: { ...log, placement: placed(log.placement, records) } })
}

/** Of a broker that had another rate before. */
const before = on([partition()], config('broker:8', RATE, '5'))
const throttle: ClusterAct = {
  kind: 'configure',
  configs: ['7', '8'].map((resource): Config => ({ type: 'broker', resource, name: RATE, value: '1000' })),
}
const cordon: ClusterAct = { kind: 'cordon', brokers: [{ nodeId: 7, endpoint: { listener: '', host: 'b', port: 1 } }] }
const moves: ClusterAct = { kind: 'reassign', moves: [{ topic: TOPIC, partition: 0, replicas: [9, 8] }] }
const acting = (step: string, act: ClusterAct, values?: Config[]): RunEvent => ({
  type: 'acting',
  step,
  act,
  ...(values === undefined ? {} : { before: values }),
  confirmation: null,
  gates: [],
  quorum,
})
const bare = exampleRun({ kind: 'unregister-broker', params: { nodeId: 7 } }, before)
const run = grown(
  bare,
  acting('0.throttle', throttle, valuesBefore(throttle, before, bare)),
  acting('0.cordon', cordon, valuesBefore(cordon, before, bare)),
  acting('0.move', moves),
)
const standing = on(
  [moving],
  config('broker:7', RATE, '1000'),
  config('broker:8', RATE, '1000'),
  config('broker:7', 'cordoned.log.dirs', '*'),
)

test('of a parked run it is taken back once that goes on, with the change lock that it had lost', () => {
  for (const lockLost of [true, false]) {
    const parked = grown(run, { type: 'parked', by: 'x', reason: 'y', lockLost })
    const decision = decide(standingOf(parked, standing), { type: 'clean-up', reason: 'enough' }, actor)
    expect(decision.events.map((e) => e.type)).toEqual(['resumed', 'cleaning'])
    expect(decision.takesLock).toBe(lockLost)
    const cleaning = grown(parked, ...decision.events)
    expect(currentOf(cleaning, standing)?.key).toMatch(/^clean-/)
    expect(describeRun(standingOf(cleaning, standing)).state).not.toBe('done')
  }
})

test('is told while it stands, in the words of the leave too', () => {
  expect(debtOf(run, before)).toMatchObject({ texts: [], restores: [], moving: [] })
  expect(debtOf(run, standing).texts).toEqual([
    expect.stringContaining('A replication throttle is still set: 2 configurations'),
    expect.stringContaining('Cordoned, so that no new partition is placed there: broker 7.'),
    '1 partition is being moved.',
  ])
  expect(describeRun(standingOf(run, standing)).notices.map((n) => n.title)).toContain(
    'Set by this run, to be taken back',
  )
  const endings = allowedCommands(standingOf(run, standing)).filter((c) =>
    ['clean-up', 'leave', 'abort'].includes(c.type),
  )
  expect(endings.map((c) => c.type)).toEqual(['clean-up', 'leave'])
  expect(endings[1]).toMatchObject({ needsConfirmation: { statement: 'what this run has set stays', typed: true } })
  // Said once, beside what has to be typed.
  expect(endings[1]?.does).not.toContain('throttle')
  expect(endings[1]?.needsConfirmation?.why).toContain('throttle')
  expect(allowedCommands(standingOf(run, before)).map((c) => c.type)).toContain('abort')
  // Without the log nothing is known to be taken back.
  expect(debtOf(run, { ...standing, log: null }).restores).toHaveLength(3)
})

test('what somebody else has set since is not of this run', () => {
  const changed = on([partition()], config('broker:7', RATE, '77'), config('broker:8', RATE, '1000'))
  expect(debtOf(run, changed).restores).toEqual([{ type: 'broker', resource: '8', name: RATE, value: '5' }])
})

test('the values of before are those before the first of several requests', () => {
  const last = run.acts['0.throttle']
  if (last === undefined) throw new Error('no act')
  expect(valuesBefore(throttle, standing, run)).toEqual(last.before)
  // A run of a journal that kept neither the values nor all requests.
  const { before: _, ...act } = last
  const { lasting: __, ...old } = run
  expect(debtOf({ ...old, acts: { '0.throttle': act } }, standing).restores.map((c) => c.value)).toEqual([null, null])
})

const parked: RunEvent = { type: 'parked', by: 'x', reason: 'x', lockLost: true }
const replanned: RunEvent = { type: 'replanned', plan: bare.plan, kept: [], expected: bare.expected, quorum }

test('outlives the plan that wanted it', () => {
  const anew = grown(run, replanned)
  expect(anew.acts).toEqual({})
  expect(debtOf(anew, standing)).toEqual(debtOf(run, standing))
  expect(debtOf(grown(anew, replanned), standing)).toEqual(debtOf(run, standing))
})

test('of a rate that the next plan sets anew, the one of before the run comes back', () => {
  const faster: ClusterAct = {
    kind: 'configure',
    configs: ['7', '8'].map((resource): Config => ({ type: 'broker', resource, name: RATE, value: '2000' })),
  }
  const anew = grown(run, replanned)
  const again = grown(anew, acting('0.throttle', faster, valuesBefore(faster, standing, anew)))
  const now = on([partition()], config('broker:7', RATE, '2000'), config('broker:8', RATE, '2000'))
  expect(debtOf(again, now).restores).toEqual([
    { type: 'broker', resource: '7', name: RATE, value: null },
    { type: 'broker', resource: '8', name: RATE, value: '5' },
  ])
  // Somebody else's rate of meanwhile is what was before.
  const foreign = on([partition()], config('broker:7', RATE, '77'), config('broker:8', RATE, '1000'))
  expect(valuesBefore(faster, foreign, anew).map((c) => c.value)).toEqual(['77', '5'])
})

test('is counted once, however often it was set', () => {
  const again = grown(grown(run, replanned), acting('0.throttle', throttle, valuesBefore(throttle, standing, run)))
  const { texts, restores } = debtOf(run, standing)
  expect(debtOf(again, standing).texts).toEqual(texts)
  expect(debtOf(again, standing).restores).toHaveLength(restores.length)
  expect(debtOf(again, standing).restores).toEqual(expect.arrayContaining(restores))
  // And what a later request does not name any more is not forgotten.
  const one: ClusterAct = {
    kind: 'configure',
    configs: throttle.kind === 'configure' ? throttle.configs.slice(0, 1) : [],
  }
  expect(debtOf(grown(run, acting('0.throttle', one, [])), standing).restores).toHaveLength(3)
})

test('of a broker that is no longer registered cannot be taken back, and that is told', () => {
  const { log } = standing
  if (log === null) throw new Error('no log')
  const gone = { ...standing, log: { ...log, brokers: new Map([...log.brokers].filter(([id]) => id !== 7)) } }
  const { restores, texts } = debtOf(run, gone)
  expect(restores).toEqual([{ type: 'broker', resource: '8', name: RATE, value: '5' }])
  expect(texts).toContain('What it has set on broker 7 can be taken away only once it is registered again.')
})

test('counts the moves of every request, and those with the aim that was asked for alone', () => {
  const second: ClusterAct = { kind: 'reassign', moves: [{ topic: TOPIC, partition: 1, replicas: [9, 8] }] }
  const twice = grown(bare, acting('0.move', moves), acting('0.move', second))
  const partitions = (of: Run, ...list: ReturnType<typeof partition>[]) =>
    debtOf(of, on(list)).moving.map((m) => m.partition)
  expect(partitions(twice, moving, moving, moving)).toEqual([0, 1])
  // Somebody else moves it on, and takes a replica off the same broker.
  const elsewhere = partition({ replicas: [9, 3, 7], adding: [3], removing: [7] })
  expect(partitions(twice, elsewhere, moving)).toEqual([1])
  expect(partitions(bare, moving)).toEqual([])
})

test('the throttle is not taken away before the moves have ended', () => {
  const cleaning = grown(run, { type: 'cleaning', reason: 'x' })
  const configs = stepsOf(cleaning, standing).find((s) => s.key === 'clean-configs')
  expect(configs?.gates.filter((g) => !g.ok).map((g) => g.code)).toEqual(['moves-ended'])
})

test('a run that cleans up does not care who changes the voters meanwhile', () => {
  const view = exampleView({ sample: { voters: [replica(0, DIRECTORY[0])] } })
  const other = { ...exampleFacts(view), log: standing.log }
  expect(advance(standingOf(run, other), null).events).toMatchObject([{ type: 'drifted' }])
  const cleaning = grown(run, { type: 'cleaning', reason: 'x' })
  expect(advance(standingOf(cleaning, other), null).events).toEqual([])
  const { events } = decide(standingOf(grown(cleaning, parked), other), { type: 'resume' }, actor)
  expect(events.at(-1)).toMatchObject({ type: 'replanned', plan: run.plan, kept: Object.keys(run.done) })
})

describe('of a run that was left', () => {
  const left = grown(run, { type: 'ended', outcome: 'aborted', reason: 'enough', quorum: null })
  const clean = { type: 'clean-up', reason: 'tidy' } as const

  test('is offered to be taken back by anybody, for that alone', () => {
    expect(allowedCommands(standingOf(left, standing)).map((c) => c.type)).toEqual(['clean-up'])
    expect(summarize(standingOf(left, { ...standing, log: null })).now).toContain(
      'Check whether anything that it set is still in place',
    )
    const someone = { id: 'someone', name: 'Someone' }
    const { events } = decide(standingOf(left, standing), clean, someone)
    const again = foldEntry(head, left, { ...(events[0] as RunEvent), atMs: 5, actor: someone, text: '' })
    expect(again).toMatchObject({ outcome: null, endedAtMs: null, driver: someone, intent: null, cleaning: 'tidy' })
    const first = currentOf(again, standing)
    expect(first).toMatchObject({ key: 'clean-moves', request: { kind: 'reassign', moves: [{ replicas: null }] } })
    expect(allowedCommands(standingOf(again, standing)).map((c) => c.type)).not.toContain('clean-up')
    expect(() => decide(standingOf(left, standing), { type: 'park', reason: 'x' }, someone)).toThrow('has ended')
  })

  test('is not offered where nothing is left, nothing is seen, or the run ended as done', () => {
    const without = (over: Partial<Facts>) => allowedCommands(standingOf(left, { ...standing, ...over }))
    expect(allowedCommands(standingOf(left, before))).toEqual([])
    expect(without({ log: null })).toEqual([])
    expect(without({ view: null })).toEqual([])
    expect(without({ elsewhere: '' })).toEqual([])
    const done = grown(run, { type: 'ended', outcome: 'done', reason: '', quorum: null })
    expect(allowedCommands(standingOf(done, standing))).toEqual([])
    expect(() => decide(standingOf(left, before), clean, actor)).toThrow('nothing that it has set stands')
    expect(() => decide(standingOf(left, { ...standing, log: null }), clean, actor)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('cannot be seen now') }),
    )
  })
})

test('is cleaned up in steps of its own, and the run ends', () => {
  const cleaning = grown(
    run,
    ...decide(standingOf(run, standing), { type: 'clean-up', reason: 'enough' }, actor).events,
  )
  const first = currentOf(cleaning, standing)
  expect(first).toMatchObject({
    key: 'clean-moves',
    request: { kind: 'reassign', moves: [{ topic: TOPIC, partition: 0, replicas: null }] },
  })
  expect(first?.gates.map((g) => g.code)).toContain('leader-reachable')
  expect(allowedCommands(standingOf(cleaning, standing))[0]).toMatchObject({
    type: 'execute',
    step: 'clean-moves',
    recommended: true,
  })
  const done = (step: string): RunEvent => ({
    type: 'step-done',
    step,
    how: 'observed',
    candidate: null,
    gates: [],
    quorum,
  })
  const second = grown(cleaning, done('clean-moves'))
  expect(currentOf(second, standing)?.request).toMatchObject({
    kind: 'configure',
    configs: expect.arrayContaining([
      { type: 'broker', resource: '8', name: RATE, value: '5' },
      { type: 'broker', resource: '7', name: RATE, value: null },
      { type: 'broker', resource: '7', name: 'cordoned.log.dirs', value: null },
    ]),
  })
  const clean = grown(second, done('clean-configs'))
  expect(advance(standingOf(clean, before), null).events[0]).toMatchObject({
    type: 'ended',
    outcome: 'aborted',
    reason: 'enough',
  })
})
