import { expect, test } from 'vitest'
import { inSlices, turn } from './slices.ts'

/** A clock on which every step takes so long, in ms. */
function clock(stepMs: number) {
  const at = { ms: 0, turns: 0 }
  return {
    at,
    step: () => {
      at.ms += stepMs
    },
    slicing: {
      nowMs: () => at.ms,
      turn: async () => {
        at.turns += 1
      },
    },
  }
}
const steps = (count: number) => Array.from({ length: count }, (_, i) => i)

test('everything else gets its turn after every slice', async () => {
  const { at, step, slicing } = clock(1)
  const sinceTurn: number[] = []
  let [turns, startedMs] = [0, 0]
  const whole = await inSlices(
    steps(100),
    () => {
      if (at.turns !== turns) [turns, startedMs] = [at.turns, at.ms]
      step()
      sinceTurn.push(at.ms - startedMs)
    },
    () => true,
    slicing,
  )
  expect(whole).toBe(true)
  expect(at.ms).toBe(100)
  for (const ms of sinceTurn) expect(ms).toBeLessThanOrEqual(5)
  expect(at.turns).toBe(20)
})

test('what fits in one slice is done when the call returns', () => {
  const { at, step, slicing } = clock(1)
  void inSlices(steps(4), step, () => true, slicing)
  expect(at).toEqual({ ms: 4, turns: 0 })
})

test('work that nobody wants any more is left after a turn', async () => {
  const { at, step, slicing } = clock(1)
  expect(await inSlices(steps(100), step, () => at.ms < 10, slicing)).toBe(false)
  expect(at.ms).toBe(10)
})

test('of several that wait for their turn one goes on in each round of the event loop', async () => {
  let round = 0
  const rounds: number[] = []
  const count = () => {
    round += 1
    if (rounds.length < 10) setImmediate(count)
  }
  setImmediate(count)
  await Promise.all(Array.from({ length: 10 }, () => turn().then(() => rounds.push(round))))
  expect(new Set(rounds).size).toBe(10)
})
