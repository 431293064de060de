/** SASL/GSSAPI as a client (RFC 4752), in the SaslAuthenticate requests of Kafka (KIP-43, KIP-152). */
import { createHash } from 'node:crypto'
import type { SASLCustomAuthenticator } from '@platformatic/kafka'
import { ownSignIn, type SaslAnswer, type SignInSteps } from '../ownSignIn.ts'
import { type Credential, GssError, SecurityContext } from './gssapi.ts'
import { inKdcTurn } from './kdcTurns.ts'

export interface KerberosLogin {
  /** First part of the principal of the nodes, `kafka` in `kafka/broker1.example.com@EXAMPLE.COM`. */
  service: string
  credential: Credential
}

type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** With Kerberos there are two; more is a node that plays for time. */
const MOST_STEPS = 4
/** Security layers (RFC 4752 section 3.3): none, which is what Kafka speaks after it. */
const NO_LAYER = 1

/** One for all connections with this login: they share the tickets of its cache. */
export function kerberosSignIn({ service, credential }: KerberosLogin): SASLCustomAuthenticator {
  const from = { ...credential, ticketCache: credential.ticketCache ?? memoryCache(credential) }
  const key = JSON.stringify(from)
  return ownSignIn('kerberos', 'Kerberos', async (steps) => {
    const target = `${service}@${steps.host}`
    const turn: Turn = (work) =>
      inKdcTurn(key, () => (steps.isGone() ? Promise.reject(steps.failure('the connection is gone')) : work()))
    try {
      steps.waitFor('ticket from a KDC')
      const context = await turn(() => SecurityContext.with(target, from))
      try {
        return await negotiate(context, turn, steps.send)
      } finally {
        await context.close()
      }
    } catch (error) {
      throw error instanceof GssError ? steps.failure(inWords(error, target, credential)) : error
    }
  })
}

/** Tickets got with a keytab are kept in this process, one cache for each keytab and principal; other tickets are the system's. */
function memoryCache({ keyTab, principal }: Credential): string | null {
  if (keyTab === null) return null
  return `MEMORY:${createHash('sha256')
    .update(JSON.stringify([keyTab, principal]))
    .digest('hex')}`
}

/**
 * The library keeps the names in its texts for the thread that failed, and often reports them without: they are added. A
 * keytab without a key of the principal makes it look for tickets, and report that it finds none.
 */
function inWords({ message }: GssError, target: string, { keyTab, principal }: Credential): string {
  if (keyTab !== null && message.includes('No credentials cache'))
    return `the keytab ${keyTab} has no key of ${principal}`
  return `${message} (${principal === null ? '' : `as ${principal} `}at ${target})`
}

/** @throws GssError, and what `send` throws */
async function negotiate(context: SecurityContext, turn: Turn, send: SignInSteps['send']): Promise<SaslAnswer> {
  let theirs: Buffer = Buffer.alloc(0)
  for (let steps = 0, established = false; !established; steps += 1) {
    if (steps === MOST_STEPS) throw new GssError('the node does not come to an end of signing in')
    const ours = await turn(() => context.step(theirs))
    established = ours.established
    // Once it is established there is no token left; the empty one asks for the offer of security layers.
    theirs = (await send(ours.token)).authBytes
  }
  const [layers = 0] = await context.unwrap(theirs)
  if ((layers & NO_LAYER) === 0)
    throw new GssError('the node asks for a security layer, which Kafka clients do not speak')
  return await send(await context.wrap(Buffer.from([NO_LAYER, 0, 0, 0])))
}
