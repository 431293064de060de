import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameMeter } from './frameGuard.ts'

function frame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(4)
  header.writeInt32BE(body.length)
  return Buffer.concat([header, body])
}

/** Cuts bytes at arbitrary places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [...new Set([0, ...places.map((p) => p % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end))
}

describe('frames through arbitrarily cut chunks', () => {
  test('sound frames pass', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 40 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(400)), (frames, places) => {
        const meter = new FrameMeter()
        for (const chunk of cut(Buffer.concat(frames.map(frame)), places)) expect(meter.accept(chunk)).toBeNull()
      }),
    )
  })

  test.each([
    ['negative', Buffer.from([0xff, 0xff, 0xff, 0xff]), -1],
    ['too small for a correlation id', Buffer.from([0, 0, 0, 3]), 3],
    ['2 GB', Buffer.from([0x7f, 0xff, 0xff, 0xff]), 0x7fffffff],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request'), 0x48545450],
  ])('a length that is %s is found, wherever the chunks are cut', (_name, bad, length) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 20 }), fc.array(fc.nat(60)), (sound, places) => {
        const meter = new FrameMeter()
        const found = cut(Buffer.concat([frame(sound), bad]), places)
          .map((chunk) => meter.accept(chunk))
          .filter((r) => r !== null)
        expect(found[0]).toBe(length)
      }),
    )
  })
})
