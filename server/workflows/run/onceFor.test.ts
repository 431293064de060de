import { expect, test, vi } from 'vitest'
import { onceFor, onceForBrokers } from './onceFor.ts'

test('computed once for each object, whatever comes of it', () => {
  const compute = vi.fn(({ n }: { n: number }) => (n === 0 ? undefined : n))
  const of = onceFor(compute)
  const [one, none] = [{ n: 1 }, { n: 0 }]
  expect([of(one), of(one), of(none), of(none), of({ n: 1 })]).toEqual([1, 1, undefined, undefined, 1])
  expect(compute).toHaveBeenCalledTimes(3)
})

test('and for each set of brokers', () => {
  const compute = vi.fn((_: object, ids: readonly number[]) => ids.length)
  const of = onceForBrokers(compute)
  const facts = {}
  expect([of(facts, [7]), of(facts, [7]), of(facts, [7, 8]), of({}, [7])]).toEqual([1, 1, 2, 1])
  expect(compute).toHaveBeenCalledTimes(3)
})
