/** SASL/GSSAPI as a client (RFC 4752), in the SaslAuthenticate requests of Kafka (KIP-43, KIP-152). */
import { createHash } from 'node:crypto'
import { ResponseError, type SASLCustomAuthenticator } from '@platformatic/kafka'
import { ownSignIn, type SaslAnswer, type SignInSteps } from '../ownSignIn.ts'
import { type Credential, GssError, SecurityContext } from './gssapi.ts'
import { inKdcTurn } from './kdcTurns.ts'

export interface KerberosLogin {
  /** First part of the principal of the nodes, `kafka` in `kafka/broker1.example.com@EXAMPLE.COM`. */
  service: string
  credential: Credential
}

/** With Kerberos there are two; more is a node that plays for time. */
const MOST_STEPS = 4
/** Security layers (RFC 4752 section 3.3): none, which is what Kafka speaks after it. */
const NO_LAYER = 1
/** The layers, and the size of what the node takes with one. */
const OFFER_BYTES = 4

const SASL_AUTHENTICATION_FAILED = 58
/** So often at most old tickets are left behind. */
const ANEW_EVERY_MS = 600_000

/** One for all connections with this login: they share the tickets of its cache. */
export function kerberosSignIn({ service, credential }: KerberosLogin): SASLCustomAuthenticator {
  const tickets = new Tickets(credential)
  return ownSignIn('kerberos', 'Kerberos', async (steps) => {
    const target = `${service}@${steps.host}`
    const from = tickets.from
    try {
      steps.waitFor('ticket from a KDC')
      // All that may ask a KDC; later steps only read what the node sends.
      const { context, token } = await inKdcTurn(JSON.stringify([from, target]), () =>
        steps.isGone() ? Promise.reject(steps.failure('the connection is gone')) : begin(target, from),
      )
      try {
        return await negotiate(context, token, steps.send)
      } catch (error) {
        if (isRefusal(error)) tickets.refused()
        throw error
      } finally {
        await context.close()
      }
    } catch (error) {
      throw error instanceof GssError ? steps.failure(inWords(error, target, credential)) : error
    }
  })
}

async function begin(target: string, from: Credential): Promise<{ context: SecurityContext; token: Buffer }> {
  const context = await SecurityContext.with(target, from)
  try {
    const { token } = await context.step(Buffer.alloc(0))
    return { context, token }
  } catch (error) {
    await context.close()
    throw error
  }
}

/** Which tickets are used. Those got with a keytab are kept in this process; a node whose key was replaced refuses old ones. */
class Tickets {
  readonly #credential: Credential
  #generation = 0
  #sinceMs = Number.NEGATIVE_INFINITY

  constructor(credential: Credential) {
    this.#credential = credential
  }

  get from(): Credential {
    const { ticketCache } = this.#credential
    return { ...this.#credential, ticketCache: ticketCache ?? memoryCache(this.#credential, this.#generation) }
  }

  /** A node did not take a ticket: the next ones are asked for anew. What was got before is given up, also where no KDC answers now. */
  refused(): void {
    const nowMs = performance.now()
    if (nowMs - this.#sinceMs < ANEW_EVERY_MS) return
    this.#sinceMs = nowMs
    this.#generation += 1
  }
}

/** The node has refused what was sent, and is not only silent or gone. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ResponseError && error.response.errorCode === SASL_AUTHENTICATION_FAILED
}

/** One for each keytab and principal; tickets without a keytab are the system's. */
function memoryCache({ keyTab, principal }: Credential, generation: number): string | null {
  if (keyTab === null) return null
  return `MEMORY:${createHash('sha256')
    .update(JSON.stringify([keyTab, principal, generation]))
    .digest('hex')}`
}

/** The library's texts are general: the names are added. A keytab without a key of the principal makes it look for tickets, and report that it finds none. */
function inWords({ message }: GssError, target: string, { keyTab, principal }: Credential): string {
  if (keyTab !== null && message.includes('No credentials cache'))
    return `the keytab ${keyTab} has no key of ${principal}`
  return `${message} (${principal === null ? '' : `as ${principal} `}at ${target})`
}

/** @param first token for the node @throws GssError, and what `send` throws */
async function negotiate(context: SecurityContext, first: Buffer, send: SignInSteps['send']): Promise<SaslAnswer> {
  let theirs = (await send(first)).authBytes
  for (let steps = 1, established = false; !established; steps += 1) {
    if (steps === MOST_STEPS) throw new GssError('the node does not come to an end of signing in')
    const ours = await context.step(theirs)
    established = ours.established
    // Once it is established there is no token left; the empty one asks for the offer of security layers.
    theirs = (await send(ours.token)).authBytes
  }
  const offer = await context.unwrap(theirs)
  if (offer.length !== OFFER_BYTES) throw new GssError('the node makes an offer of security layers that cannot be read')
  if (((offer[0] ?? 0) & NO_LAYER) === 0)
    throw new GssError('the node asks for a security layer, which Kafka clients do not speak')
  return await send(await context.wrap(Buffer.from([NO_LAYER, 0, 0, 0])))
}
