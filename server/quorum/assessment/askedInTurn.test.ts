import { expect, test } from 'vitest'
import { type Asked, nextRound } from './askedInTurn.ts'

const brokers = (count: number) => new Map(Array.from({ length: count }, (_, id) => [id, `process ${id}`]))

test('every broker of a cluster of any size gets its turn, and then they begin again', () => {
  const registered = brokers(1000)
  const seen: number[] = []
  let asked: Asked = new Map()
  for (let round = 0; round < 10; round += 1) {
    const next = nextRound(asked, registered, 100)
    expect(next.turn.size).toBe(100)
    seen.push(...next.turn)
    asked = next.asked
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual([...registered.keys()])
  expect([...nextRound(asked, registered, 100).turn]).toEqual(seen.slice(0, 100))
})

test('one that has started anew is asked at once; one that is gone is forgotten', () => {
  const registered = brokers(10)
  let asked = nextRound(new Map(), registered).asked
  const restarted = new Map(registered).set(7, 'another process')
  restarted.delete(3)
  const next = nextRound(asked, restarted, 1)
  expect([...next.turn]).toEqual([7])
  asked = next.asked
  expect([asked.get(7), asked.has(3)]).toEqual(['another process', false])
})

test('a small cluster is asked whole, every time', () => {
  const registered = brokers(100)
  const { asked } = nextRound(new Map(), registered)
  expect(nextRound(asked, registered).turn.size).toBe(100)
})
