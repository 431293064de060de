import { expect, test } from 'vitest'
import { START, viewAt } from '../../testing/examples/exampleArchive.ts'
import { DIRECTORY } from '../../testing/examples/exampleObservation.ts'
import { QUORUM_AT, REPLICA_AT } from './columns.ts'
import { SampleBlock } from './sampleBlock.ts'

const lagOf = (block: SampleBlock) => block.replicas.get(`2/${DIRECTORY[2]}`)?.columns[REPLICA_AT.lag]

test('of one point the largest lag and the smallest margin stay, and the newest offset', () => {
  const block = new SampleBlock(START, 10_000)
  block.fold(viewAt(START, { lag: 3 }))
  const view = viewAt(START + 2000, { lag: 9, endOffset: 600 })
  block.fold({ ...view, quorum: { ...view.quorum, margin: 0 } })
  block.fold(viewAt(START + 9000, { lag: 1, endOffset: 700 }))
  expect(lagOf(block)?.[0]).toBe(9)
  expect(block.quorum[QUORUM_AT.margin]?.[0]).toBe(0)
  expect(block.quorum[QUORUM_AT.leaderEndOffset]?.[0]).toBe(700)
  expect([...block.observed].filter(Boolean)).toHaveLength(1)
})

test('what is packed is what comes out', () => {
  const block = new SampleBlock(START, 1000)
  for (const second of [0, 1, 5, 59]) block.fold(viewAt(START + second * 1000, { lag: second * 7 }))
  expect(SampleBlock.unpack(START, 1000, block.pack())).toEqual(block)
})

test('an observation of another time is refused', () => {
  const block = new SampleBlock(START, 1000)
  expect(() => block.fold(viewAt(START + 60_000))).toThrow(RangeError)
  expect(() => block.fold(viewAt(START - 1))).toThrow(RangeError)
})

test('a block is filled from an earlier one of the same time where it has nothing itself', () => {
  const [before, after] = [new SampleBlock(START, 1000), new SampleBlock(START, 1000)]
  before.fold(viewAt(START, { lag: 1 }))
  before.fold(viewAt(START + 1000, { lag: 2 }))
  after.fold(viewAt(START + 1000, { lag: 8 }))
  after.fillFrom(before)
  expect([...(lagOf(after) ?? [])].slice(0, 3)).toEqual([1, 8, Number.NaN])
})
