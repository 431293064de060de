import { expect, test } from 'vitest'
import { MAX_INPUT_BYTES, mutated } from './mutation.ts'
import { Random } from './random.ts'

const HONEST = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 0xff))
const OTHERS = [Buffer.from('another answer'), HONEST]

test('the same seed and number give the same input, others another', () => {
  const input = (seed: number, index: number) => mutated(HONEST, Random.of(seed, index), OTHERS).toString('hex')
  for (let i = 0; i < 200; i += 1) expect(input(7, i)).toBe(input(7, i))
  expect(new Set(Array.from({ length: 200 }, (_, i) => input(7, i))).size).toBeGreaterThan(180)
  expect(new Set(Array.from({ length: 200 }, (_, seed) => input(seed, 0))).size).toBeGreaterThan(180)
})

test('inputs leave the honest bytes alone, and most differ from them', () => {
  const before = HONEST.toString('hex')
  let different = 0
  for (let i = 0; i < 5000; i += 1) {
    const bytes = mutated(HONEST, Random.of(1, i), OTHERS)
    expect(bytes.length).toBeLessThanOrEqual(MAX_INPUT_BYTES)
    if (!bytes.equals(HONEST)) different += 1
  }
  expect(HONEST.toString('hex')).toBe(before)
  expect(different).toBeGreaterThan(4800)
})

test('chances are even enough', () => {
  const random = new Random(5)
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 40_000; i += 1) counts[random.below(4)] = (counts[random.below(4)] ?? 0) + 1
  for (let i = 0; i < 1000; i += 1) expect(random.below(10)).toBeLessThan(10)
  const bytes = random.bytes(10_000)
  expect(new Set(bytes).size).toBe(256)
  expect(random.bytes(0)).toHaveLength(0)
  expect(() => random.pick([])).toThrow(RangeError)
})
