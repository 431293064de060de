import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inPieces, MOST_TEXT_BYTES, Pieces } from './chunks.ts'
import { Seal } from './seal.ts'

const seal = new Seal(Buffer.alloc(32, 7))

test('every text comes together again, and no piece is too long for NOTIFY', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40_000 }), fc.nat(), (text, number) => {
      const pieces = new Pieces()
      const payloads = inPieces('a-replica', number, text)
      const whole = payloads.map((payload) => pieces.take(payload))
      const sealed = payloads.map((payload) => seal.put('notice', payload))
      expect(sealed.every((payload) => Buffer.byteLength(payload) < 8000)).toBe(true)
      expect(sealed.map((payload) => seal.open('notice', payload))).toEqual(payloads)
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

test('no payload is too long, whoever sends', () => {
  const longest = inPieces('s'.repeat(64), 10 ** 15 - 1, long).map((payload) => seal.put('notice', payload))
  expect(Math.max(...longest.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8000)
})

test('what was said is not heard again when somebody repeats it', () => {
  const pieces = new Pieces()
  const said = [1, 2].flatMap((number) => inPieces('a', number, `text ${number}`))
  expect(said.map((payload) => pieces.take(payload)?.text)).toEqual(['text 1', 'text 2'])
  expect(said.map((payload) => pieces.take(payload))).toEqual([null, null])
  expect(pieces.take(inPieces('a', 3, 'text 3')[0] ?? '')?.text).toBe('text 3')
})

test('a message that unpacks to more than anybody sends is not unpacked, and none is sent', () => {
  const bomb = deflateRawSync(Buffer.alloc(MOST_TEXT_BYTES + 1)).toString('base64')
  const parts = bomb.match(/.{1,7000}/g) ?? []
  const pieces = new Pieces()
  expect(() => parts.map((part, at) => pieces.take(`a:1:${at}:${parts.length}:z:${part}`))).toThrow('larger than')
  expect(pieces.take('a:2:0:999999:z:x')).toBeNull()
  expect(() => inPieces('a', 3, 'x'.repeat(MOST_TEXT_BYTES + 1))).toThrow('was not sent')
})
