import { expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { RunParams } from '../../run/run.ts'
import { migrateCombined } from './migrateCombined.ts'

const facts = (partitions = [partition()]) => exampleFacts(exampleView(), { log: exampleLog(partitions) })
const plan = (params: RunParams, of = facts()) =>
  exampleRun({ kind: 'migrate-combined', params: params as never }, of).plan
function refusal(params: RunParams, of = facts()): string {
  try {
    plan(params, of)
  } catch (error) {
    if (error instanceof WorkflowRefusal) return error.code
  }
  return 'planned'
}

test('roles, voters, data, registrations', () => {
  const parts = plan({ nodeIds: [0, 1, 2], retireBrokerIds: [7, 8], throttleBytesPerSecond: 1000 }).parts ?? []
  expect(parts.map((p) => p.kind)).toEqual([
    'restart-node',
    'restart-node',
    'restart-node',
    'drain',
    'unregister-broker',
    'unregister-broker',
  ])
  expect(parts[0]?.params.edit).toEqual({ roles: ['controller', 'broker'] })
  expect(parts[3]?.params).toEqual({ nodeIds: [7, 8], throttleBytesPerSecond: 1000 })
  // A broker becomes a voter, a dedicated controller leaves, the leader last.
  const other = plan({ nodeIds: [7, 1, 2], retireBrokerIds: [] }).parts ?? []
  expect(other.map((p) => p.kind)).toEqual([
    'restart-node',
    'restart-node',
    'restart-node',
    'add-controller',
    'remove-controller',
    'bootstrap-servers',
  ])
  expect(other[4]?.params).toEqual({ nodeId: 0 })
})

test('impossible targets are refused', () => {
  expect(refusal({ nodeIds: [0, 99] })).toBe('unknown-node')
  expect(refusal({ nodeIds: [0, 7], retireBrokerIds: [7] })).toBe('impossible-target')
  expect(refusal({ nodeIds: [0], retireBrokerIds: [55] })).toBe('unknown-node')
  // Two replicas, one broker that remains.
  expect(refusal({ nodeIds: [0], retireBrokerIds: [7, 8] })).toBe('impossible-target')
  expect(refusal({ nodeIds: [0, 1], retireBrokerIds: [7, 8] })).toBe('planned')
  expect(refusal({ nodeIds: [0, 1] }, exampleFacts())).toBe('refused')
})

test('back to dedicated controllers', () => {
  const log = exampleLog([partition({ replicas: [7, 8] })])
  const brokers = new Map([...log.brokers, [0, { endpoints: [], incarnationId: 'x', fenced: false, rack: null }]])
  const roles = { configs: new Map([['process.roles', 'broker,controller']]), supportedMetadataVersion: 30 }
  const view = exampleView({ log: { brokers } })
  const combined = exampleFacts(view, { log: { ...log, brokers }, nodes: new Map([[0, roles]]) })
  const dedicated = (nodeIds: number[]) => exampleRun({ kind: 'migrate-dedicated', params: { nodeIds } }, combined).plan
  expect(dedicated([0]).parts?.map((p) => p.kind)).toEqual(['drain', 'restart-node', 'unregister-broker'])
  const slow = { nodeIds: [0], throttleBytesPerSecond: 5 }
  expect(dedicated([0]).parts?.[0]?.params).toEqual({ nodeIds: [0] })
  expect(exampleRun({ kind: 'migrate-dedicated', params: slow }, combined).plan.parts?.[0]?.params).toEqual(slow)
  expect(dedicated([0]).parts?.[1]?.params.edit).toEqual({ roles: ['controller'] })
  expect(() => dedicated([7])).toThrow(/no voter/)
  expect(() => dedicated([1])).toThrow(/dedicated already/)
})

test('those that leave: the leader last, and the configurations name who votes then', () => {
  const kinds = (nodeIds: number[]) =>
    plan({ nodeIds, retireBrokerIds: [] }).parts?.map((p) => `${p.kind} ${p.params.nodeId ?? ''}`.trim())
  expect(kinds([7])?.slice(1)).toEqual([
    'add-controller 7',
    'remove-controller 1',
    'remove-controller 2',
    'remove-controller 0',
    'bootstrap-servers',
  ])
  expect(kinds([1, 2])).toContain('bootstrap-servers')
  expect(kinds([0, 1, 2, 7])).toContain('bootstrap-servers')
  expect(kinds([0, 1, 2])).not.toContain('bootstrap-servers')
})

test('where all is done nothing is to be planned, but a plan made anew ends', () => {
  const view = exampleView()
  const replicas = view.replicas.map((r) => ({ ...r, roles: ['controller' as const, 'broker' as const] }))
  const combined = { ...exampleFacts({ ...view, replicas }), log: exampleLog([]) }
  const params = { nodeIds: [0, 1, 2], retireBrokerIds: [] }
  expect(refusal(params, combined)).toBe('nothing-to-do')
  const run = exampleRun({ kind: 'migrate-combined', params }, facts())
  expect(migrateCombined.plan(params, combined, run).parts).toEqual([])
  expect(run.plan.autoJoin).toBe(false)
  const quorum = { ...view.quorum, autoJoin: true }
  expect(plan(params, exampleFacts({ ...view, quorum }, { log: exampleLog() })).autoJoin).toBe(true)
})

test('nodes that a request of before named twice are one part each', () => {
  const kinds = plan({ nodeIds: [0, 0, 1, 2], retireBrokerIds: [7, 7] }).parts?.map((p) => p.kind) ?? []
  expect(kinds.filter((kind) => kind === 'restart-node')).toHaveLength(3)
  expect(kinds.filter((kind) => kind === 'unregister-broker')).toHaveLength(1)
})
