/** The client-credentials grant (RFC 6749 section 4.4), with the options of Kafka's own client (KIP-768, KIP-1139). */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import { type Token, TokenFailure } from './tokens.ts'

export interface Grant {
  /** http or https. */
  endpoint: URL
  clientId: string
  clientSecret: string
  scope: string | null
  /** As RFC 6749 section 2.3.1 demands, and as Kafka does only where `sasl.oauthbearer.header.urlencode` is true. */
  urlEncoded: boolean
  tls: ConnectionOptions
}

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_REASON = 200

/** @throws TokenFailure */
export async function requestToken(grant: Grant): Promise<Token> {
  const { endpoint } = grant
  const name = `the token endpoint ${endpoint.origin}${endpoint.pathname}`
  const { status, body } = await ask(grant).catch((error: NodeJS.ErrnoException) => {
    throw new TokenFailure(`${name} ${unreachable(error)}`)
  })
  const fields = fieldsOf(body)
  if (status !== 200) throw new TokenFailure(`${name} answered ${status}${reasonIn(fields)}`)
  const { access_token: value, expires_in: seconds } = fields
  if (typeof value !== 'string') throw new TokenFailure(`${name} gave no access_token`)
  // Some providers send the number as a string.
  const lives = Number(seconds)
  return { value, livesMs: lives > 0 && Number.isFinite(lives) ? lives * 1000 : null }
}

/** Follows no redirect: the secret is for this endpoint alone. */
async function ask({ endpoint, clientId, clientSecret, scope, urlEncoded, tls }: Grant) {
  const [user, password] = [clientId, clientSecret].map((part) => (urlEncoded ? encodeURIComponent(part) : part))
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = (endpoint.protocol === 'https:' ? httpsRequest : httpRequest)(endpoint, {
    ...tls,
    method: 'POST',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    agent: false,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  })
  request.once('response', resolve)
  request.on('error', reject)
  request.end(
    new URLSearchParams({ grant_type: 'client_credentials', ...(scope === null ? {} : { scope }) }).toString(),
  )
  const answer = await promise
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_ANSWER_BYTES) throw new Error('sends more than an answer with a token')
    chunks.push(chunk as Buffer)
  }
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** RFC 6749 section 5.2. */
function reasonIn({ error, error_description }: Record<string, unknown>): string {
  const words = [error, error_description].filter((word) => typeof word === 'string').join(', ')
  return words === '' ? '' : `: ${words.slice(0, MAX_REASON)}`
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

function unreachable({ code = '', name, message }: NodeJS.ErrnoException): string {
  if (name === 'TimeoutError' || code === 'ABORT_ERR') return 'does not answer in time'
  if (code === 'ECONNREFUSED') return 'cannot be reached: nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'cannot be reached: the host name does not resolve'
  if (CERTIFICATE.test(code)) {
    return `shows a certificate that is not trusted (${code}): name a trust store with ssl.truststore.location in sasl.jaas.config`
  }
  return `cannot be reached: ${code || message}`
}
