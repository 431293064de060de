import { expect, test } from 'vitest'
import { someAtOnce } from './someAtOnce.ts'

test('each is done once, and never more than so many at once', async () => {
  const done: number[] = []
  let [now, most] = [0, 0]
  await someAtOnce(
    Array.from({ length: 1000 }, (_, i) => i),
    16,
    async (one) => {
      now += 1
      if (now > most) most = now
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      done.push(one)
    },
  )
  expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  expect(most).toBe(16)
})
