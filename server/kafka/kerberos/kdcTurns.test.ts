import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KdcTurns } from './kdcTurns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Work that ends when it is ended, and a record of what has begun. */
function scene() {
  const turns = new KdcTurns()
  const begun: string[] = []
  const ends = new Map<string, (isDone: boolean) => void>()
  const take = (key: string, name = key) =>
    turns
      .take(key, async () => {
        begun.push(name)
        const { promise, resolve } = Promise.withResolvers<boolean>()
        ends.set(name, resolve)
        if (!(await promise)) throw new Error('no ticket')
      })
      .catch(() => {})
  const pass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
  }
  const end = async (name: string, isDone = true) => {
    ends.get(name)?.(isDone)
    await pass(0)
  }
  return { begun, take, end, pass }
}

test('two at once, one for each key, in their order', async () => {
  const { begun, take, end, pass } = scene()
  const all = [take('a', 'a1'), take('a', 'a2'), take('b'), take('c')]
  await pass(0)
  expect(begun).toEqual(['a1', 'b'])
  await end('a1')
  expect(begun).toEqual(['a1', 'b', 'a2'])
  await end('b', false)
  expect(begun).toEqual(['a1', 'b', 'a2', 'c'])
  await end('a2')
  await end('c')
  await Promise.all(all)
})

test('what waits for a dead KDC gives way while it still waits', async () => {
  const { begun, take, pass } = scene()
  for (const key of ['down 1', 'down 2', 'well 1', 'well 2']) void take(key)
  await pass(2000)
  expect(begun).toEqual(['down 1', 'down 2'])
  await pass(1000)
  expect(begun).toEqual(['down 1', 'down 2', 'well 1'])
})

test('what was slow waits for its like, and keeps no other one out', async () => {
  const { begun, take, end, pass } = scene()
  void take('down 1')
  void take('down 2')
  await pass(17_000)
  await end('down 1', false)
  await end('down 2', false)
  begun.length = 0
  // One whose connection is gone meanwhile fails at once, and proves nothing.
  void take('down 1', 'gone')
  await end('gone', false)
  await pass(0)
  await end('gone', false)
  for (const key of ['down 1', 'down 2', 'well', 'other']) void take(key, `${key} again`)
  await pass(0)
  expect(begun).toEqual(['gone', 'down 1 again', 'well again', 'other again'])
  await end('well again')
  await end('other again')
  expect(begun).toHaveLength(4)
  // It answers: from now on it is among the quick ones.
  await end('down 1 again')
  expect(begun.at(-1)).toBe('down 2 again')
  void take('down 1', 'well after all')
  await pass(0)
  expect(begun.at(-1)).toBe('well after all')
})
