import { describe, expect, test } from 'vitest'
import { DIRECTORY, LEADER, replica } from '../../quorum/exampleObservation.ts'
import { exampleFacts, exampleRun, exampleView } from '../exampleFacts.ts'
import type { Facts } from '../facts.ts'
import { exampleLog, partition } from '../gates/exampleLog.ts'
import { stepsOf } from '../progress.ts'
import type { Run } from '../run.ts'
import { nextToRestart, restartable } from './restartNode.ts'

const view = exampleView()
const log = exampleLog()
const facts = exampleFacts(view, { log })
const runOf = (nodeIds: number[], of: Facts = facts) => exampleRun({ kind: 'rolling-restart', params: { nodeIds } }, of)
const first = (run: Run, of: Facts) => {
  const [restart, back] = stepsOf(run, of)
  if (restart === undefined || back === undefined) throw new Error('no steps')
  return { restart, back }
}
const stated = (run: Run, key: string): Run => ({
  ...run,
  statements: { [`0.restart/${key}`]: { statement: 'x', by: 'Anna', atMs: 0 } },
})
/** The process of this controller has registered anew. */
const renewed = (nodeId: number) => {
  const own = log.controllers.get(nodeId)
  if (own === undefined) throw new Error('no controller')
  return {
    ...facts,
    log: { ...log, controllers: new Map(log.controllers).set(nodeId, { ...own, incarnationId: 'new' }) },
  }
}

test('controllers, combined nodes, brokers, and the active controller at last', () => {
  const order = (ids: number[], of = view): number[] => {
    const next = nextToRestart(of, ids)
    return next === null
      ? []
      : [
          next,
          ...order(
            ids.filter((id) => id !== next),
            of,
          ),
        ]
  }
  expect(order([0, 1, 2, 3, 7])).toEqual([1, 2, 3, 7, 0])
  const combined = {
    ...view,
    replicas: view.replicas.map((r) =>
      r.nodeId === 1 ? { ...r, roles: ['controller' as const, 'broker' as const] } : r,
    ),
  }
  expect(order([0, 1, 2, 3, 7], combined)).toEqual([2, 3, 1, 7, 0])
  expect(nextToRestart(view, [])).toBeNull()
  expect(restartable(view)).toEqual([0, 1, 2, 3, 7])
  expect(restartable({ ...view, replicas: view.replicas.map((r) => ({ ...r, roles: [] })) })).toEqual([])
})

test('only nodes that are listed', () => {
  expect(() => runOf([0, 99])).toThrow(/no node 99/)
  expect(() => runOf([])).toThrow(/no node/)
  expect(runOf([1]).plan.parts?.[0]?.plan?.target).toEqual({ nodeId: 1, directoryId: DIRECTORY[1] })
  expect(exampleRun({ kind: 'rolling-restart', params: {} }, facts).plan.parts).toHaveLength(5)
})

describe('the restart of a controller', () => {
  test('has the gates of a stop, and is done when a new process has registered', () => {
    const run = runOf([1])
    const { restart } = first(run, facts)
    expect(restart).toMatchObject({ title: 'Restart node 1', done: null, statements: [] })
    expect(restart.gates.map((g) => g.code)).toEqual([
      'observation-fresh',
      'quorum-settled',
      'no-change-in-flight',
      'voters-as-expected',
      'margin-if-stopped',
      'voters-heard',
      'log-followed',
      'others-caught-up',
    ])
    expect(restart.commands.length).toBeGreaterThan(0)
    expect(first(run, renewed(1)).restart.done).not.toBeNull()
    expect(first(run, renewed(1)).restart.commands).toEqual([])
    expect(first(run, { ...facts, ageMs: 6000 }).restart.commands).toEqual([])
    expect(first(runOf([0]), facts).restart).toMatchObject({
      title: 'Restart node 0, the active controller',
      detail: expect.stringContaining('leads now'),
    })
  })

  test('of two voters must be stated, of three not', () => {
    const two = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } }), { log })
    const run = runOf([1], two)
    const { restart } = first(run, two)
    expect(restart.statements.map((s) => s.key)).toEqual(['outage'])
    expect(restart.commands).toEqual([])
    expect(restart.gates.filter((g) => !g.ok).map((g) => g.code)).toEqual(['margin-if-stopped', 'voters-heard'])
    const said = first(stated(run, 'outage'), two).restart
    expect(said.statements).toEqual([])
    expect(said.gates.filter((g) => !g.ok)).toEqual([])
    expect(said.commands.length).toBeGreaterThan(0)
    // Said of three it changes nothing.
    const codes = (of: Run) => first(of, facts).restart.gates.map((g) => g.code)
    expect(codes(stated(runOf([1]), 'outage'))).toEqual(codes(runOf([1])))
  })
})

describe('the restart of a broker', () => {
  const hosting = (...partitions: ReturnType<typeof partition>[]) => exampleFacts(view, { log: exampleLog(partitions) })

  test('has no gates of a voter, and those of its partitions', () => {
    const of = hosting(partition({ replicas: [7, 8, 9], isr: [7, 8, 9] }))
    const { restart, back } = first(runOf([7], of), of)
    expect(restart.gates.map((g) => g.code)).toEqual([
      'observation-fresh',
      'quorum-settled',
      'no-change-in-flight',
      'voters-as-expected',
      'log-followed',
      'others-caught-up',
      'min-isr-if-stopped',
      'no-reassignment',
    ])
    expect(back.gates.map((g) => g.code)).toContain('broker-back')
    expect(back.gates.map((g) => g.code)).not.toContain('node-caught-up')
  })

  test('that holds the only replica of a partition must be stated', () => {
    const of = hosting(partition({ replicas: [7], isr: [7] }))
    const run = runOf([7], of)
    expect(first(run, of).restart.statements.map((s) => s.key)).toEqual(['partitions-unavailable'])
    const said = first(stated(run, 'partitions-unavailable'), of).restart
    expect(said.statements).toEqual([])
    expect(said.gates.filter((g) => !g.ok)).toEqual([])
  })
})

test('back is who fetches, with the margin as planned, and steady', () => {
  const codes = (nodeId: number) => first(runOf([nodeId]), facts).back.gates.map((g) => g.code)
  const whole = ['observation-fresh', 'voters-as-expected', 'node-caught-up', 'margin-as-planned', 'steady']
  expect(codes(1)).toEqual(whole)
  expect(codes(0)).toEqual(whole.filter((code) => code !== 'node-caught-up'))
  expect(first(runOf([1]), facts).back.done).not.toBeNull()
  expect(first(runOf([1]), { ...facts, ageMs: 6000 }).back.done).toBeNull()
})
