import { expect, test } from 'vitest'
import { KdcTurns } from './kdcTurns.ts'

/** Work that ends when it is ended, and a record of what has begun. */
function scene() {
  const clock = { nowMs: 0 }
  const turns = new KdcTurns(() => clock.nowMs)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const take = (credential: string, name = credential) =>
    turns.take(credential, async () => {
      begun.push(name)
      const { promise, resolve } = Promise.withResolvers<void>()
      ends.set(name, resolve)
      await promise
    })
  const end = async (name: string) => {
    ends.get(name)?.()
    await new Promise(setImmediate)
  }
  return { clock, turns, begun, take, end }
}

test('two at once, one for each credential, in their order', async () => {
  const { begun, take, end } = scene()
  const all = [take('a', 'a1'), take('a', 'a2'), take('b'), take('c')]
  await new Promise(setImmediate)
  expect(begun).toEqual(['a1', 'b'])
  await end('a1')
  expect(begun).toEqual(['a1', 'b', 'a2'])
  await end('b')
  expect(begun).toEqual(['a1', 'b', 'a2', 'c'])
  await end('a2')
  await end('c')
  await Promise.all(all)
})

test('realms that are down wait for each other, and keep no other one out', async () => {
  const { clock, begun, take, end } = scene()
  const first = [take('down 1'), take('down 2'), take('well', 'well 1')]
  await new Promise(setImmediate)
  expect(begun).toEqual(['down 1', 'down 2'])
  clock.nowMs = 10_000
  await end('down 1')
  await end('down 2')
  await end('well 1')
  await Promise.all(first)
  begun.length = 0
  const second = [take('down 1'), take('down 2'), take('well', 'well 2'), take('other')]
  await new Promise(setImmediate)
  expect(begun).toEqual(['down 1', 'well 2', 'other'])
  await end('well 2')
  await end('other')
  expect(begun).toEqual(['down 1', 'well 2', 'other'])
  // It answers again: back among the others.
  await end('down 1')
  expect(begun).toEqual(['down 1', 'well 2', 'other', 'down 2'])
  const third = take('down 1', 'well again')
  await new Promise(setImmediate)
  expect(begun.at(-1)).toBe('well again')
  await end('down 2')
  await end('well again')
  await Promise.all([...second, third])
})

test('work that fails gives its turn back', async () => {
  const { turns, begun, take, end } = scene()
  await expect(turns.take('a', () => Promise.reject(new Error('no ticket')))).rejects.toThrow('no ticket')
  const next = take('a')
  await new Promise(setImmediate)
  expect(begun).toEqual(['a'])
  await end('a')
  await next
})
