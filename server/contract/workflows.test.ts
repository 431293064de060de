import { expect, test } from 'vitest'
import { StartWorkflow } from './workflows.ts'

test.each([
  [{ kind: 'rolling-restart', params: { nodeIds: [7, 8, 7] } }, { nodeIds: [7, 8] }],
  [{ kind: 'migrate-dedicated', params: { nodeIds: [1, 1] } }, { nodeIds: [1] }],
  [
    { kind: 'migrate-combined', params: { nodeIds: [0, 0], retireBrokerIds: [8, 8] } },
    { nodeIds: [0], retireBrokerIds: [8] },
  ],
])('a node that is named twice is meant once: %j', (request, params) => {
  expect(StartWorkflow.parse(request).params).toEqual(params)
})

test('no node, or too many of them, are refused', () => {
  const of = (nodeIds: number[]) => StartWorkflow.safeParse({ kind: 'rolling-restart', params: { nodeIds } }).success
  expect([of([]), of([1]), of(Array.from({ length: 101 }, (_, id) => id))]).toEqual([false, true, false])
})
