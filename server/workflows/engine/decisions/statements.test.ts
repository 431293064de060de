/** A statement of a person names the fact that it answers, and counts no more when that fact moves. */
import { describe, expect, test } from 'vitest'
import {
  CANDIDATE,
  exampleFacts,
  exampleRun,
  exampleView,
  probe,
  probed,
} from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry } from '../../run/fold.ts'
import type { Run, RunEvent } from '../../run/run.ts'
import { allOk } from '../../run/step.ts'
import { allowedCommands } from './allowed.ts'
import { decide } from './decide.ts'
import { standingOf } from './progress.ts'

const actor = { id: 'operator', name: 'operator' }
const head = { id: 'run', cluster: 'test', clusterId: 'x' }
const quorum = { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] }
const grown = (run: Run, ...events: RunEvent[]) =>
  events.reduce((before, event) => foldEntry(head, before, { ...event, atMs: NOW, actor, text: '' }), run)
const done = (...steps: string[]): RunEvent[] =>
  steps.map((step) => ({ type: 'step-done', step, how: 'observed', candidate: null, gates: [], quorum }))

/** Says it as it is offered. */
function said(run: Run, facts: Facts, key: string): Run {
  const command = allowedCommands(standingOf(run, facts)).find((c) => c.key === key)
  if (command === undefined) throw new Error(`${key} is not offered`)
  const { needsConfirmation, ...words } = command
  const confirmation = needsConfirmation?.statement ?? ''
  return grown(run, ...decide(standingOf(run, facts), { ...words, confirmation }, actor).events)
}
const isOffered = (run: Run, facts: Facts, key: string) =>
  allowedCommands(standingOf(run, facts)).some((c) => c.key === key)
const stepOf = (run: Run, facts: Facts, key: string) => stepsOf(run, facts).find((s) => s.key === key)
const currentOf = (run: Run, facts: Facts) => standingOf(run, facts).current?.key

const ONE = replica(1, DIRECTORY[1])
const TWO = replica(2, DIRECTORY[2])
const silentSince = (agoMs: number) =>
  replica(2, DIRECTORY[2], { lastFetchMs: NOW - agoMs, lastCaughtUpMs: NOW - agoMs })
/** Its host answers nothing: only a person can say that the process is down. */
const mute = {
  probes: probed(
    exampleFacts().monotonicMs,
    ...[0, 1, 2, 3].map((id) => probe(id, id === 2 ? { outcome: 'silent', isNode: null } : {})),
  ),
}
const seen = (two: typeof TWO, over: Partial<Facts> = {}, sample = {}) =>
  exampleFacts(exampleView({ sample: { voters: [LEADER, ONE, two], ...sample } }), {
    ...mute,
    log: exampleLog(),
    ...over,
  })

describe('“controller 2 is down”', () => {
  const frozen = seen(silentSince(60_000))
  const replacing = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, frozen)
  const stated = said(replacing, frozen, 'old-is-down')
  const down = grown(stated, ...done('old-down'))

  test('lets the disk be formatted while that silence goes on', () => {
    expect(currentOf(down, frozen)).toBe('new-disk')
    expect(allOk(stepOf(down, frozen, 'new-disk')?.hostGates ?? [])).toBe(true)
    // A later look at the same silence.
    const later = exampleFacts(
      exampleView({
        sample: {
          voters: [
            { ...LEADER, lastFetchMs: NOW + 5000, lastCaughtUpMs: NOW + 5000 },
            { ...ONE, lastFetchMs: NOW + 4800, lastCaughtUpMs: NOW + 4800 },
            silentSince(60_000),
          ],
        },
      }),
      { ...mute, log: exampleLog() },
    )
    expect(currentOf(down, later)).toBe('new-disk')
  })

  test.each<[string, Facts]>([
    ['came back and froze again', seen(silentSince(4000))],
    ['is silent for another leader', seen(silentSince(60_000), {}, { leaderEpoch: 10 })],
  ])('counts no more when the node %s', (_what, facts) => {
    expect(currentOf(down, facts)).toBe('old-down')
    expect(isOffered(down, facts, 'old-is-down')).toBe(true)
    expect(stepOf(down, facts, 'new-disk')?.withheld).toBe(true)
    expect(stepOf(down, facts, 'new-disk')?.hostGates.find((g) => g.code === 'old-incarnation-down')?.ok).toBe(false)
    expect(stepOf(down, facts, 'remove-old')?.gates.find((g) => g.code === 'old-incarnation-down')?.ok).toBe(false)
    const again = grown(said(down, facts, 'old-is-down'), ...done('old-down'))
    expect(currentOf(again, facts)).toBe('new-disk')
  })

  test('is asked for where its address refused once and answers nothing now', () => {
    const proven = grown(replacing, ...done('old-down'))
    expect(currentOf(proven, frozen)).toBe('old-down')
    expect(isOffered(proven, frozen, 'old-is-down')).toBe(true)
    // While nobody has asked, nothing is concluded.
    expect(currentOf(proven, { ...frozen, probes: new Map() })).toBe('new-disk')
  })
})

describe('“controller 2 is healthy”', () => {
  const healthy = seen(TWO)
  const stated = said(exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, healthy), healthy, 'replace-healthy')

  test('offers the stop of the process that it was said of', () => {
    expect(stepOf(stated, healthy, 'old-down')?.withheld).toBe(false)
    expect(isOffered(stated, healthy, 'replace-healthy')).toBe(false)
  })

  test('counts no more for another process, at another cost, or when the stopped one has come back', () => {
    const log = exampleLog()
    const restarted = { ...log, controllers: new Map(log.controllers).set(2, { endpoints: [], incarnationId: 'new' }) }
    const another = seen(TWO, { log: restarted })
    expect(stepOf(stated, another, 'old-down')?.withheld).toBe(true)
    expect(isOffered(stated, another, 'replace-healthy')).toBe(true)
    const rest = [TWO, replica(3, CANDIDATE.directoryId), replica(7, DIRECTORY[7])]
    const five = seen(TWO, {}, { voters: [LEADER, ONE, ...rest], observers: [] })
    const cheap = said(exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, five), five, 'replace-healthy')
    const dead = replica(1, DIRECTORY[1], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
    const dear = seen(TWO, {}, { voters: [LEADER, dead, ...rest], observers: [] })
    expect(isOffered(cheap, five, 'replace-healthy')).toBe(false)
    expect(isOffered(cheap, dear, 'replace-healthy')).toBe(true)
    expect(isOffered(grown(stated, ...done('old-down')), healthy, 'replace-healthy')).toBe(true)
  })
})

describe('“remove controller 2” before its stop', () => {
  const old = (two: typeof TWO, over: Partial<Facts> = {}) => {
    const facts = seen(two, over)
    const { view } = facts
    if (view === null) throw new Error('no view')
    return { ...facts, view: { ...view, quorum: { ...view.quorum, kafkaRelease: '3.9' } } }
  }
  const running = old(TWO)
  const removal = { kind: 'remove-controller', params: { nodeId: 2, directoryId: DIRECTORY[2] } } as const
  const stated = said(exampleRun(removal, running), running, 'stop-first')

  test('is said anew of a process that was stopped and has come back', () => {
    expect(stepOf(stated, running, 'stop')?.withheld).toBe(false)
    const stopped = grown(stated, ...done('stop'))
    expect(currentOf(stopped, running)).toBe('stop')
    expect(stepOf(stopped, running, 'stop')?.withheld).toBe(true)
    expect(isOffered(stopped, running, 'stop-first')).toBe(true)
    expect(stepOf(said(stopped, running, 'stop-first'), running, 'stop')?.withheld).toBe(false)
  })

  test('and of another process of it', () => {
    const log = exampleLog()
    const restarted = { ...log, controllers: new Map(log.controllers).set(2, { endpoints: [], incarnationId: 'new' }) }
    expect(isOffered(stated, old(TWO, { log: restarted }), 'stop-first')).toBe(true)
  })
})

describe('the rescue', () => {
  // Two of four are silent, one lags: a majority fetches, and the margin is below 0.
  const lagging = replica(1, DIRECTORY[1], { lastCaughtUpMs: NOW - 5000 })
  const short = (agoMs: number) =>
    seen(
      silentSince(agoMs),
      {},
      { voters: [LEADER, lagging, silentSince(agoMs), replica(3, CANDIDATE.directoryId)], observers: [] },
    )
  test('is stated of one silence', () => {
    const facts = seen(silentSince(60_000), {}, { voters: [LEADER, lagging, silentSince(60_000)] })
    const removal = { kind: 'remove-controller', params: { nodeId: 2, directoryId: DIRECTORY[2] } } as const
    expect(short(60_000).view?.quorum.margin).toBe(-1)
    expect(facts.view?.quorum.margin).toBe(-1)
    const four = short(60_000)
    const run = grown(exampleRun(removal, four), ...done('stop'))
    const stated = said(run, four, 'rescue')
    expect(stepOf(stated, four, 'remove')?.gates.find((g) => g.code === 'margin-now')?.ok).toBe(true)
    const other = short(4000)
    expect(stepOf(stated, other, 'remove')?.gates.find((g) => g.code === 'margin-now')?.ok).toBe(false)
    expect(isOffered(stated, other, 'rescue')).toBe(true)
  })
})

describe('“no replacement disk exists yet”', () => {
  const dead = seen(silentSince(60_000), {
    probes: probed(
      exampleFacts().monotonicMs,
      ...[0, 1, 2, 3].map((id) => probe(id, id === 2 ? { outcome: 'refused', isNode: null } : {})),
    ),
  })
  const run = grown(exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, dead), ...done('old-down'))
  const stated = said(run, dead, 'no-replacement')
  const order = (of: Run, facts: Facts) => stepsOf(of, facts).map((s) => s.key)

  test('turns the order round, until a successor appears', () => {
    expect(order(stated, dead)[1]).toBe('remove-old')
    const view = exampleView({
      sample: { voters: [LEADER, ONE, silentSince(60_000)], observers: [replica(2, DIRECTORY.new2)] },
    })
    const appeared = exampleFacts(view, { log: exampleLog(), probes: dead.probes })
    expect(order(stated, appeared)[1]).toBe('new-disk')
    expect(stepOf(stated, appeared, 'remove-old')?.execute).toBe('click')
    // Of a removal that is made it tells for ever why it came first.
    const removed = grown(stated, ...done('remove-old'))
    expect(order(removed, appeared)[1]).toBe('remove-old')
  })
})

describe('“the metadata is saved”', () => {
  const sole = (over = {}) =>
    exampleFacts(
      exampleView({
        sample: {
          voters: [LEADER],
          observers: [replica(3, CANDIDATE.directoryId), replica(9, DIRECTORY.new2)],
          ...over,
        },
      }),
      { log: exampleLog() },
    )
  test('is said of one candidate, and of the log as it was', () => {
    const facts = sole()
    const run = grown(
      exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, facts),
      ...done('candidate', 'caught-up'),
    )
    const stated = said(run, facts, 'one-to-two')
    const ok = (of: Run, on: Facts) => stepOf(of, on, 'add')?.gates.find((g) => g.code === 'margin-if-bad')?.ok
    expect(ok(stated, facts)).toBe(true)
    expect(ok(stated, sole({ leaderEpoch: 10 }))).toBe(false)
    const other = grown(stated, { type: 'chosen', candidate: { nodeId: 9, directoryId: DIRECTORY.new2 } })
    expect(ok(other, facts)).toBe(false)
  })
})

describe('what a restart may cost', () => {
  test('an outage is stated of these voters', () => {
    const two = seen(TWO, {}, { voters: [LEADER, ONE] })
    const run = exampleRun({ kind: 'rolling-restart', params: { nodeIds: [1] } }, two)
    const stated = said(run, two, 'outage')
    expect(stepOf(stated, two, '0.restart')?.withheld).toBe(false)
    const other = seen(TWO, {}, { voters: [LEADER, replica(1, DIRECTORY.new2)] })
    expect(stepOf(stated, other, '0.restart')?.statements.map((s) => s.key)).toEqual(['outage'])
  })

  test('unavailable partitions are stated by which they are, not by how many', () => {
    const on = (...partitions: number[]) => {
      const lonely = Math.max(...partitions) + 1
      const all = Array.from({ length: lonely }, (_, at) =>
        partitions.includes(at) ? partition({ replicas: [7], isr: [7] }) : partition({ replicas: [8], isr: [8] }),
      )
      return seen(TWO, { log: exampleLog(all) })
    }
    const facts = on(0)
    const run = exampleRun({ kind: 'rolling-restart', params: { nodeIds: [7] } }, facts)
    const stated = said(run, facts, 'partitions-unavailable')
    expect(stepOf(stated, facts, '0.restart')?.statements).toEqual([])
    expect(stepOf(stated, on(1), '0.restart')?.statements.map((s) => s.key)).toEqual(['partitions-unavailable'])
  })
})

test('that the files are edited is stated of the voters that they name', () => {
  const facts = seen(TWO)
  const whole = exampleRun({ kind: 'scale', params: { controllers: 2 } }, facts)
  const last = whole.plan.parts?.at(-1)
  if (last === undefined) throw new Error('no part')
  const run = { ...whole, plan: { ...whole.plan, parts: [{ ...last, plan: whole.plan }] } }
  const stated = said(run, facts, 'later')
  expect(stepOf(stated, facts, '0.servers')?.done).not.toBeNull()
  expect(stepOf(stated, seen(TWO, {}, { voters: [LEADER, ONE] }), '0.servers')?.done).toBeNull()
})
