import { expect, test } from 'vitest'
import { changesTo } from './plan.ts'

const voters = (...ids: number[]) => ids.map((nodeId) => ({ nodeId, directoryId: 'slcsM5ZAR0SMIF_u__MAeg' }))
const kinds = (now: number[], wanted: number[]) =>
  changesTo(voters(...now), wanted).map(({ kind, params }) => [kind, ...Object.values(params).filter(Number.isInteger)])

test('nothing where they vote already', () => {
  expect(kinds([1, 2, 3], [3, 2, 1])).toEqual([])
})

test('one for one first, then who is missing, then who is too many', () => {
  expect(kinds([1, 2, 3], [1, 2, 4])).toEqual([['replace-controller', 3, 4]])
  expect(kinds([1, 2, 3], [1, 2, 3, 4, 5])).toEqual([
    ['add-controller', 4],
    ['add-controller', 5],
  ])
  expect(kinds([1, 2, 3, 4, 5], [1, 2, 6])).toEqual([
    ['replace-controller', 3, 6],
    ['remove-controller', 4],
    ['remove-controller', 5],
  ])
})
