/** What becomes of a run that rested while somebody else changed the cluster: each of its nodes is looked up anew. */
import { describe, expect, test } from 'vitest'
import type { StartWorkflow } from '../../../contract/workflows.ts'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import { currentOf, stepsOf } from '../../../testing/examples/flatStep.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry } from '../../run/fold.ts'
import type { Run, RunEvent } from '../../run/run.ts'
import { EMPTY_TRACK } from '../../run/windows/track.ts'
import { focusOf } from '../../wizards/parts.ts'
import { rollingRestart } from '../../wizards/rollingRestart/rollingRestart.ts'
import { advance } from './advance.ts'
import { allowedCommands } from './allowed.ts'
import { decide } from './decide.ts'
import { standingOf } from './progress.ts'

const head = { id: 'run', cluster: 'test', clusterId: 'x' }
const actor = { id: 'operator', name: 'operator' }
const quorum = { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] }
const grown = (run: Run, ...events: RunEvent[]) =>
  events.reduce((before, event) => foldEntry(head, before, { ...event, atMs: 1, actor, text: '' }), run)
const done = (...steps: string[]): RunEvent[] =>
  steps.map((step) => ({ type: 'step-done', step, how: 'observed', candidate: null, gates: [], quorum }))
const settledOn = (run: Run): Run => ({ ...run, intent: null })

const [ONE, TWO, NEW_TWO] = [replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2]), replica(2, DIRECTORY.new2)]
const voting = (voters: (typeof LEADER)[], over: Partial<Facts> = {}) =>
  exampleFacts(exampleView({ sample: { voters } }), { log: exampleLog(), ...over })
const before = voting([LEADER, ONE, TWO])
/** The disk of controller 2 was replaced: it votes with another directory. */
const swapped = voting([LEADER, ONE, NEW_TWO])
const withoutTwo = voting([LEADER, ONE])

const start = (request: Pick<StartWorkflow, 'kind' | 'params'>, facts = before) => exampleRun(request, facts)
/** Pre-empted, and gone on with when the facts are these. */
function resumed(run: Run, facts: Facts): Run {
  const parked = grown(run, { type: 'parked', by: 'an emergency', reason: 'x', lockLost: true })
  return grown(parked, ...decide(standingOf(parked, facts), { type: 'resume' }, actor).events)
}
const removal = { kind: 'remove-controller', params: { nodeId: 2, directoryId: DIRECTORY[2] } } as const

describe('a removal whose controller got a new disk', () => {
  const run = resumed(start(removal), swapped)

  test('is about the controller still, and not done while it votes', () => {
    expect(run.plan.target).toEqual({ nodeId: 2, directoryId: DIRECTORY.new2 })
    expect(run.done).toEqual({})
    expect(advance(standingOf(run, swapped), null).events).toEqual([])
    const change = { kind: 'remove', nodeId: 2, directoryId: DIRECTORY.new2 }
    expect(stepsOf(run, swapped).find((s) => s.key === 'remove')?.change).toEqual(change)
  })

  test('is done where the controller votes no more', () => {
    expect(Object.keys(resumed(start(removal), withoutTwo).done)).toEqual(['remove'])
  })

  test('does not stop the process of a successor that votes', () => {
    const removed = grown(start(removal), ...done('remove'))
    const stop = stepsOf(removed, swapped).find((s) => s.key === 'stop')
    expect(stop?.done).toBeNull()
    expect(stop?.hostGates.map((g) => [g.code, g.ok])).toEqual([['stays-away', false]])
    const away = stepsOf(removed, swapped).find((s) => s.key === 'stays-away')
    expect(away?.gates.find((g) => g.code === 'stays-away')?.ok).toBe(false)
  })

  test('a process is stopped only where no incarnation of it is heard', () => {
    // The old incarnation is silent, and the new one fetches as an observer.
    const old = replica(2, DIRECTORY[2], { lastFetchMs: 1, lastCaughtUpMs: 1 })
    const view = exampleView({ sample: { voters: [LEADER, ONE, old], observers: [NEW_TWO] } })
    const twins = exampleFacts(view, { log: exampleLog() })
    expect(stepsOf(start(removal, twins), twins).find((s) => s.key === 'stop')?.done).toBeNull()
  })
})

describe('a scaling whose controller got a new disk', () => {
  const scaling = start({ kind: 'scale', params: { controllers: 2 } })

  test('removes it with the directory that it has now', () => {
    const run = resumed(scaling, swapped)
    expect(run.plan.parts?.map((p) => p.kind)).toEqual(['remove-controller', 'bootstrap-servers'])
    expect(focusOf(run).plan.target).toEqual({ nodeId: 2, directoryId: DIRECTORY.new2 })
    expect(run.done).toEqual({})
  })

  test('counts the voters at its end, and plans anew where they are not as many', () => {
    const keys = stepsOf(scaling, before).flatMap((s) => (s.key.startsWith('0.') ? [s.key] : []))
    const landed = { ...grown(scaling, ...done(...keys)), expected: scaling.expected }
    const begun = grown(landed, ...advance(standingOf(landed, before), null).events)
    const whole = grown(begun, ...done('1.servers'))
    expect(currentOf(whole, before)?.key).toBe('goal')
    expect(advance(standingOf(whole, before), null)).toEqual({ events: [], executes: null })
    expect(allowedCommands(standingOf(whole, before)).map((c) => c.type)).toContain('replan')
    const anew = grown(whole, ...decide(standingOf(whole, before), { type: 'replan' }, actor).events)
    expect(anew.plan.parts?.map((p) => p.kind)).toEqual(['remove-controller', 'bootstrap-servers'])
    // Where there are as many, it ends.
    const reached = { ...whole, expected: whole.expected.slice(0, 2) }
    expect(advance(standingOf(reached, withoutTwo), null).events[0]).toMatchObject({ type: 'step-done', step: 'goal' })
  })

  test('does not wait for a removal that somebody else has made', () => {
    const three = start({ kind: 'scale', params: { controllers: 1 } })
    expect(three.plan.parts?.map((p) => p.params.nodeId)).toEqual([2, 1, undefined])
    // 2 is out by the run, 1 by an emergency.
    const first = settledOn(grown(three, ...done('0.remove')))
    const run = resumed(first, voting([LEADER]))
    expect(run.plan.parts?.map((p) => p.kind)).toEqual(['remove-controller', 'bootstrap-servers'])
    expect(Object.keys(run.done)).toEqual(['0.remove'])
  })
})

describe('a rolling restart whose controller got a new disk', () => {
  const restarting = start({ kind: 'rolling-restart', params: { nodeIds: [2, 0] } })

  test('judges it as the voter that it is', () => {
    const run = resumed(restarting, swapped)
    expect(focusOf(run).plan.target).toEqual({ nodeId: 2, directoryId: DIRECTORY.new2 })
    const codes = standingOf(run, swapped)
      .steps.find((s) => s.key === '0.restart')
      ?.gates.map((g) => g.code)
    expect(codes).toEqual(expect.arrayContaining(['margin-if-stopped', 'voters-heard']))
  })

  test('waits for the incarnation that there is now to be back', () => {
    // Not planned anew: the gates follow the node by themselves.
    const back = stepsOf(grown(restarting, ...done('0.restart')), swapped).find((s) => s.key === '0.back')
    expect(back?.gates.find((g) => g.code === 'node-caught-up')?.ok).toBe(true)
  })

  test('goes on without a node that has left', () => {
    const gone = exampleFacts(exampleView({ sample: { voters: [LEADER, ONE], observers: [] } }), { log: exampleLog() })
    const run = resumed(restarting, gone)
    expect(run.plan.parts?.map((p) => p.plan?.target?.nodeId)).toEqual([2, undefined])
    expect(Object.keys(run.done)).toEqual(['0.restart', '0.back'])
    const [event] = advance(standingOf(run, gone), null).events
    expect(event).toMatchObject({ type: 'part-begun', part: 1, plan: { target: { nodeId: 0 } } })
    // Planned anew as a whole it leaves out who is restarted or gone, too.
    const more = rollingRestart.plan(
      { nodeIds: [2, 1, 0] },
      gone,
      event?.type === 'part-begun' ? grown(run, event) : run,
    )
    expect(more.parts?.map((p) => p.plan?.target?.nodeId)).toEqual([1])
  })
})

test('a node that is not listed right now stays part of a rolling restart, unless a leader of some time does not know it', () => {
  const unlisted = exampleView({ sample: { voters: [LEADER, ONE], observers: [] } })
  const nodeIds = [1, 2, 0]
  const planned = start({ kind: 'rolling-restart', params: { nodeIds } })
  const partsOn = (over: Partial<Facts>) =>
    resumed(planned, exampleFacts(unlisted, { log: exampleLog(), ...over })).plan.parts?.length
  expect(partsOn({})).toBe(2)
  expect(partsOn({ track: EMPTY_TRACK })).toBe(3)
  // Planned anew as a whole it is not left out either: it is waited for.
  const young = exampleFacts(unlisted, { log: exampleLog(), track: EMPTY_TRACK })
  expect(() => rollingRestart.plan({ nodeIds: [2] }, young, planned)).toThrow('lists no node 2')
})

test('a controller that was to be added by its id votes already, on another disk', () => {
  const adding = start({ kind: 'add-controller', params: { nodeId: 3 } })
  const chosen = grown(adding, { type: 'chosen', candidate: CANDIDATE })
  const other = voting([LEADER, ONE, TWO, replica(3, DIRECTORY.new2)])
  const run = resumed(chosen, other)
  expect(run.plan.candidate).toEqual({ nodeId: 3, directoryId: DIRECTORY.new2 })
  expect(Object.keys(run.done)).toEqual(['candidate', 'caught-up', 'add'])
})

describe('a controller that is replaced by a new one', () => {
  const replacing = start({ kind: 'replace-controller', params: { oldNodeId: 2 } })
  const THREE = replica(3, CANDIDATE.directoryId)
  const added = exampleFacts(exampleView({ sample: { voters: [LEADER, ONE, NEW_TWO, THREE], observers: [] } }), {
    log: exampleLog(),
  })

  test('gets no second successor when the removal is planned anew', () => {
    const adding = stepsOf(replacing, before).flatMap((s) => (s.key.startsWith('0.') ? [s.key] : []))
    const chosen = grown(replacing, { type: 'chosen', step: '0.candidate', candidate: CANDIDATE }, ...done(...adding))
    const expected = [...replacing.expected, CANDIDATE]
    const three = exampleFacts(exampleView({ sample: { voters: [LEADER, ONE, TWO, THREE], observers: [] } }), {
      log: exampleLog(),
    })
    const begun = grown({ ...chosen, expected }, ...advance(standingOf({ ...chosen, expected }, three), null).events)
    expect(focusOf(begun).plan.target).toEqual({ nodeId: 2, directoryId: DIRECTORY[2] })
    // The disk of 2 is replaced meanwhile: the whole is planned anew, twice.
    const once = resumed(begun, added)
    const twice = resumed(once, added)
    for (const run of [once, twice]) {
      expect(run.plan.parts?.map((p) => p.kind)).toEqual(['remove-controller', 'bootstrap-servers'])
      expect(focusOf(run).plan.target).toEqual({ nodeId: 2, directoryId: DIRECTORY.new2 })
    }
  })
})
