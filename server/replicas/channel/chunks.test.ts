import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inPieces, Pieces } from './chunks.ts'

test('every text comes together again, and no piece is too long for NOTIFY', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40_000 }), fc.nat(), (text, number) => {
      const pieces = new Pieces()
      const payloads = inPieces('a-replica', number, text)
      const whole = payloads.map((payload) => pieces.take(payload))
      expect(payloads.every((payload) => Buffer.byteLength(payload) < 8000)).toBe(true)
      expect(whole.slice(0, -1).every((one) => one === null)).toBe(true)
      expect(whole.at(-1)).toEqual({ sender: 'a-replica', text })
    }),
    { numRuns: 50 },
  )
})

/** Does not pack well. */
const long = Array.from({ length: 30_000 }, (_, at) => ((at * 7919) % 65_521).toString(36)).join('')

test('a message of which a piece is missing is nothing, and the next one comes whole', () => {
  const pieces = new Pieces()
  const [first = '', , third = ''] = inPieces('a', 1, long)
  expect([pieces.take(first), pieces.take(third)]).toEqual([null, null])
  expect(
    inPieces('a', 2, long)
      .map((payload) => pieces.take(payload))
      .at(-1),
  ).toEqual({ sender: 'a', text: long })
})

test('pieces of two senders go their own ways, and what is not ours is nothing', () => {
  const pieces = new Pieces()
  const [a, b] = [inPieces('a', 1, long), inPieces('b', 1, long)]
  const whole = a.flatMap((payload, at) => [pieces.take(payload), pieces.take(b[at] ?? '')])
  expect(whole.filter((one) => one !== null).map((one) => one?.sender)).toEqual(['a', 'b'])
  expect(pieces.take('something else')).toBeNull()
})
