/**
 * SCRAM lets the server say how often a password is hashed (RFC 5802), and the library believes any number: one answer
 * would keep a thread of this process busy for hours. Kafka itself stores at most 16,384 (ScramMechanism). Imported for its
 * effect, before anybody signs in.
 */
import { saslScramSha } from '@platformatic/kafka'

/** Far more than Kafka takes, and done in a fraction of a second. */
export const MAX_SCRAM_ITERATIONS = 100_000

const { defaultCrypto } = saslScramSha
const { hi } = defaultCrypto

defaultCrypto.hi = (definition, password, salt, iterations) => {
  if (!(iterations <= MAX_SCRAM_ITERATIONS)) {
    return Promise.reject(new RangeError(`the node asks for ${iterations} rounds of SCRAM hashing`))
  }
  return hi(definition, password, salt, iterations)
}
