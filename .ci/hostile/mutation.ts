/**
 * Makes hostile bytes from honest ones: flipped bits, cut ends, lies about lengths, numbers at their limits, pieces doubled,
 * moved or taken from another answer, parts repeated thousands of times. Pure.
 */
import type { Random } from './random.ts'

/** Swollen inputs end here, in bytes. */
export const MAX_INPUT_BYTES = 256 * 1024

/** Varints that lie: huge, negative once they have overflowed 32 bits, never ending. */
const LYING_VARINTS = [
  'ffffff7f',
  'ffffffff07',
  'ffffffff0f',
  'faffffff0f',
  'f0ffffff7f',
  '8080808008',
  'ffffffffffffffffff01',
  '80808080808080808080808000',
  'ffffffffffffffffffffffffffffffff',
].map((hex) => Buffer.from(hex, 'hex'))

const LIMITS = [
  '00',
  'ff',
  '7f',
  '80',
  '7fff',
  '8000',
  'ffff',
  '7fffffff',
  '80000000',
  'ffffffff',
  '7fffffffffffffff',
  '8000000000000000',
  'ffffffffffffffff',
  '0020000000000000',
].map((hex) => Buffer.from(hex, 'hex'))

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer

function replaced(bytes: Buffer, at: number, removed: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(Math.min(bytes.length, at + removed))])
}

const flipBits: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes)
  for (let i = random.below(8); i >= 0; i -= 1) {
    const at = random.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
  }
  return copy
}
const setByte: Mutation = (bytes, random) => replaced(bytes, random.below(bytes.length), 1, random.bytes(1))
const truncate: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1))
const beheaded: Mutation = (bytes, random) => bytes.subarray(random.below(bytes.length))
const append: Mutation = (bytes, random) => Buffer.concat([bytes, random.bytes(1 + random.below(64))])
const limit: Mutation = (bytes, random) => {
  const value = random.pick(LIMITS)
  return replaced(bytes, random.below(bytes.length), value.length, value)
}
const lyingVarint: Mutation = (bytes, random) =>
  replaced(bytes, random.below(bytes.length), random.below(3), random.pick(LYING_VARINTS))
const cutOut: Mutation = (bytes, random) =>
  replaced(bytes, random.below(bytes.length), 1 + random.below(16), Buffer.alloc(0))
const doubled: Mutation = (bytes, random) => {
  const from = random.below(bytes.length)
  const part = bytes.subarray(from, from + 1 + random.below(64))
  return replaced(bytes, random.below(bytes.length), 0, part)
}
const spliced: Mutation = (bytes, random, others) => {
  const other = random.pick(others)
  return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))])
}
const garbage: Mutation = (_bytes, random) => random.bytes(random.below(512))
/** A part of it again and again, with the count before it raised: what a huge cluster, or a liar, would send. */
const swollen: Mutation = (bytes, random) => {
  const from = random.below(bytes.length)
  const part = bytes.subarray(from, from + 4 + random.below(200))
  const room = MAX_INPUT_BYTES - bytes.length
  const times = Math.min(1 + random.below(4000), Math.floor(room / Math.max(1, part.length)))
  if (times < 1) return bytes
  const count = from > 0 && random.oneIn(2) ? from - 1 : random.below(bytes.length)
  const raised = replaced(bytes, count, 1, Buffer.from([0x80 | ((times + 2) & 0x7f), (times >> 7) & 0x7f]))
  return replaced(raised, from + 1, 0, Buffer.concat(Array.from({ length: times }, () => part)))
}

const COMMON: readonly Mutation[] = [
  flipBits,
  flipBits,
  setByte,
  truncate,
  beheaded,
  append,
  limit,
  limit,
  lyingVarint,
  lyingVarint,
  cutOut,
  doubled,
  spliced,
]

/** One hostile input; now and then the honest one, or pure noise. */
export function mutated(honest: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  if (honest.length === 0 || random.oneIn(50)) return garbage(honest, random, others)
  if (random.oneIn(400)) return swollen(honest, random, others)
  let bytes = honest
  for (let i = random.below(4); i >= 0 && bytes.length > 0; i -= 1) bytes = random.pick(COMMON)(bytes, random, others)
  return bytes.length > MAX_INPUT_BYTES ? bytes.subarray(0, MAX_INPUT_BYTES) : bytes
}
