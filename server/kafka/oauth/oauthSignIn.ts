/** SASL/OAUTHBEARER as a client (RFC 7628, KIP-255). */
import type { SASLCustomAuthenticator } from '@platformatic/kafka'
import { KafkaFailure } from '../failure.ts'
import { ownSignIn, type SaslAnswer } from '../ownSignIn.ts'
import { TokenFailure, type Tokens } from './tokens.ts'

/** Ends the exchange after the node has named its reason to refuse (RFC 7628 section 3.2.3). */
const ACKNOWLEDGED = Buffer.from('\x01')

/** @param extensions sent along with each token (KIP-342) */
export function oauthSignIn(tokens: Tokens, extensions: ReadonlyMap<string, string>): SASLCustomAuthenticator {
  const extra = [...extensions].map(([key, value]) => `\x01${key}=${value}`).join('')
  return ownSignIn('token', 'OAuth', async (steps) => {
    steps.waitFor('token')
    const token = await tokens.current().catch((error: unknown) => {
      throw error instanceof TokenFailure ? steps.failure(error.message) : error
    })
    const answer = await steps.send(Buffer.from(`n,,\x01auth=Bearer ${token}${extra}\x01\x01`))
    if (answer.authBytes.length === 0) return answer
    // The library would take any answer for a success.
    await steps.send(ACKNOWLEDGED).catch(() => {})
    throw new KafkaFailure('sasl-failed', steps.address, `the node does not accept the token (${statusIn(answer)})`)
  })
}

function statusIn({ authBytes }: SaslAnswer): string {
  try {
    const { status } = JSON.parse(authBytes.toString()) as { status?: unknown }
    return String(status).slice(0, 100)
  } catch {
    return 'it does not say why'
  }
}
