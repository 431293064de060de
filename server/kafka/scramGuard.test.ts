/** A node that asks for endless hashing is refused before any of it is done. */
import { saslScramSha } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { MAX_SCRAM_ITERATIONS } from './scramGuard.ts'

const definition = { keyLength: 64, algorithm: 'sha512', minIterations: 4096 }
const hashed = (iterations: number) =>
  saslScramSha.defaultCrypto.hi(definition, 'password', Buffer.from('salt'), iterations)

test.each([MAX_SCRAM_ITERATIONS + 1, 2_000_000_000, Number.NaN, Number.POSITIVE_INFINITY])(
  '%d rounds',
  async (rounds) => {
    await expect(hashed(rounds)).rejects.toThrow('rounds of SCRAM hashing')
  },
)

test("as many as Kafka's own tools ask for", async () => {
  expect(await hashed(4096)).toHaveLength(64)
})
