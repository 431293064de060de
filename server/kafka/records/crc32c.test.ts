import { expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'

/** Bit by bit, as the definition has it. */
function byDefinition(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

test('the check value of the standard', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
})

test('every length around the group of eight gives what the definition gives', () => {
  let seed = 7
  const bytes = Uint8Array.from({ length: 300 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed >>> 16
  })
  for (let length = 0; length <= bytes.length; length += 1)
    expect(crc32c(bytes.subarray(0, length))).toBe(byDefinition(bytes.subarray(0, length)))
})
