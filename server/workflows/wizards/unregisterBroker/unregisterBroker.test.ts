import { describe, expect, test } from 'vitest'
import { placed } from '../../../quorum/log/placement.ts'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import type { Facts } from '../../run/facts.ts'
import type { Run } from '../../run/run.ts'
import { ghostAudit, ghostBrokers } from './unregisterBroker.ts'

const broker = (fenced: boolean) => ({ endpoints: [], incarnationId: 'x', fenced, rack: null })
const without7 = exampleView({ sample: { observers: [] } })
const logOf = (brokers: [number, boolean][], ...partitions: ReturnType<typeof partition>[]) =>
  exampleLog(partitions, { brokers: new Map(brokers.map(([id, fenced]) => [id, broker(fenced)])) })
const runs = exampleFacts(exampleView(), { log: exampleLog() })
const down = exampleFacts(without7, { log: logOf([[7, true]]) })
const gone = exampleFacts(without7, { log: logOf([]) })
const start = (nodeId: number, facts: Facts) => exampleRun({ kind: 'unregister-broker', params: { nodeId } }, facts)
const run = start(7, runs)
const at = (of: Run, facts: Facts, key: string) => {
  const found = stepsOf(of, facts).find((s) => s.key === key)
  if (found === undefined) throw new Error('no step')
  return found
}

test('is for brokers that are registered and do not vote', () => {
  expect(() => start(99, runs)).toThrow(/No broker 99 is registered/)
  expect(() => start(7, exampleFacts())).toThrow(/this does not hold: The broker is registered/)
  const combined = exampleFacts(exampleView(), { log: logOf([[1, false]]) })
  expect(() => start(1, combined)).toThrow(/this does not hold: The node is not a combined voter/)
})

describe('stopped first', () => {
  test('while it is empty', () => {
    expect(at(run, runs, 'stop')).toMatchObject({ done: null, reopened: true })
    expect(at(run, runs, 'stop').commands.length).toBeGreaterThan(0)
    expect(at(run, down, 'stop')).toMatchObject({ reopened: false, commands: [], hostActs: [] })
    expect(at(run, down, 'stop').done).not.toBeNull()
    const hosting = exampleFacts(exampleView(), { log: logOf([[7, false]], partition()) })
    expect(at(run, hosting, 'stop').withheld).toBe(true)
    expect(at(run, gone, 'stop').reopened).toBe(false)
  })

  test('again where a topic was made on it meanwhile', () => {
    const meanwhile = exampleFacts(without7, { log: logOf([[7, true]], partition()) })
    expect(at(run, meanwhile, 'stop')).toMatchObject({ reopened: true, done: null })
  })
})

test('unregistered is what the log says', () => {
  expect(at(run, down, 'unregister')).toMatchObject({ done: null, detail: 'cannot be taken back' })
  expect(at(run, gone, 'unregister')).toMatchObject({ detail: 'gone', gates: [{ code: 'broker-gone' }] })
  expect(at(run, gone, 'unregister').done).not.toBeNull()
})

test('a cordon is lifted once it is down, because it would outlive the registration', () => {
  const cordoned = (facts: Facts): Facts => {
    if (facts.log === null) throw new Error('no log')
    const records = [{ kind: 'config' as const, resource: 'broker:7', name: 'cordoned.log.dirs', value: '*' }]
    return { ...facts, log: { ...facts.log, placement: placed(facts.log.placement, records) } }
  }
  const keys = (of: Run, facts: Facts) => stepsOf(of, facts).map((s) => s.key)
  expect(keys(run, down)).toEqual(['stop', 'unregister', 'stays-gone'])
  expect(keys(run, cordoned(down))).toEqual(['stop', 'uncordon', 'unregister', 'stays-gone'])
  expect(at(run, cordoned(down), 'uncordon')).toMatchObject({
    done: null,
    request: {
      kind: 'configure',
      configs: [{ type: 'broker', resource: '7', name: 'cordoned.log.dirs', value: null }],
    },
  })
  const failing = (facts: Facts) => at(run, facts, 'uncordon').gates.filter((g) => !g.ok)
  expect(failing(cordoned(down))).toEqual([])
  expect(failing(cordoned(runs)).map((g) => g.code)).toContain('broker-down')
  const lifted = { ...run, done: { uncordon: { atMs: 1, how: 'applied' as const, text: '' } } }
  expect(at(lifted, down, 'uncordon').done).not.toBeNull()
})

test('registrations without a process', () => {
  const of = (view: Facts['view'], brokers: [number, boolean][]) => ghostBrokers({ ...down, view, log: logOf(brokers) })
  expect(of(without7, [[7, true]])).toEqual([7])
  expect(of(without7, [[7, false]])).toEqual([])
  expect(of(exampleView(), [[7, true]])).toEqual([])
  expect(of(null, [[7, true]])).toEqual([])
  expect(ghostBrokers({ ...down, log: null })).toEqual([])
  expect(ghostAudit(down)).toMatchObject({ ok: false, observed: 'broker 7', waiting: false })
  expect(ghostAudit(gone)).toMatchObject({ ok: true, observed: 'none' })
  expect(ghostAudit({ ...gone, log: null })).toMatchObject({
    ok: false,
    observed: 'the metadata log is not followed',
    waiting: true,
  })
})
