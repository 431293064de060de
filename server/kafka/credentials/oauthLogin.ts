/**
 * Where tokens for SASL/OAUTHBEARER come from, with the settings of Kafka's own client: a client-credentials grant, a file
 * that somebody else keeps fresh, or an unsecured token for development (OAuthBearerUnsecuredLoginCallbackHandler).
 */
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { requestToken } from '../oauth/tokenEndpoint.ts'
import { type Token, TokenFailure, Tokens } from '../oauth/tokens.ts'

const ENDPOINT = 'sasl.oauthbearer.token.endpoint.url'
/** In the file since Kafka 4.1 (KIP-1139), among the options of sasl.jaas.config before; the first one counts. */
const CLIENT_ID = ['sasl.oauthbearer.client.credentials.client.id', 'clientId'] as const
const CLIENT_SECRET = ['sasl.oauthbearer.client.credentials.client.secret', 'clientSecret'] as const
const SCOPE = ['sasl.oauthbearer.scope', 'scope'] as const
const URL_ENCODED = 'sasl.oauthbearer.header.urlencode'
const EXTENSION = 'extension_'
const UNSECURED_LIFE_S = 3600

export interface OauthLogin {
  tokens: Tokens
  /** KIP-342. */
  extensions: Map<string, string>
}

/**
 * @param options of sasl.jaas.config @param tls that these options name for the endpoint
 * @throws Error in words, where they name no way to get a token
 */
export function oauthLogin(
  properties: Map<string, string>,
  options: Map<string, string>,
  tls: ConnectionOptions,
): OauthLogin {
  const extensions = new Map(
    [...options].flatMap(([key, value]) => (key.startsWith(EXTENSION) ? [[key.slice(EXTENSION.length), value]] : [])),
  )
  return { tokens: new Tokens(requestOf(properties, options, tls)), extensions }
}

function requestOf(
  properties: Map<string, string>,
  options: Map<string, string>,
  tls: ConnectionOptions,
): () => Promise<Token> {
  const subject = options.get('unsecuredLoginStringClaim_sub')
  if (subject !== undefined) return async () => unsecuredToken(subject, Date.now())
  const given = ([inFile, inJaas]: readonly [string, string]) => properties.get(inFile) ?? options.get(inJaas)
  const endpoint = endpointOf(properties.get(ENDPOINT))
  if (endpoint?.protocol === 'file:') return () => tokenIn(endpoint)
  const [clientId, clientSecret] = [given(CLIENT_ID), given(CLIENT_SECRET)]
  if (endpoint === null || clientId === undefined || clientSecret === undefined) {
    throw new Error(`OAUTHBEARER needs ${ENDPOINT} and clientId="…" clientSecret="…" in sasl.jaas.config`)
  }
  const grant = {
    ...{ endpoint, clientId, clientSecret, tls },
    scope: given(SCOPE) ?? null,
    urlEncoded: properties.get(URL_ENCODED)?.trim().toLowerCase() === 'true',
  }
  return () => requestToken(grant)
}

function endpointOf(text: string | undefined): URL | null {
  if (text === undefined || text.trim() === '') return null
  const url = URL.parse(text.trim())
  if (url === null || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw new Error(`${ENDPOINT} must be an address that begins with https://, http:// or file://`)
  }
  return url
}

/** Read for each sign-in: it is replaced at any time, as the token of a service account is in Kubernetes. */
async function tokenIn(file: URL): Promise<Token> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TokenFailure(`the file with the token, ${file.pathname}, cannot be read (${error.code})`)
  })
  if (text.trim() === '') throw new TokenFailure(`the file with the token, ${file.pathname}, is empty`)
  return { value: text.trim(), livesMs: null }
}

/** Valid for an hour, which is the default of Kafka's own handler. */
export function unsecuredToken(subject: string, nowMs: number): Token {
  const seconds = Math.floor(nowMs / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: subject, iat: seconds, exp: seconds + UNSECURED_LIFE_S }
  return { value: `${part({ alg: 'none' })}.${part(claims)}.`, livesMs: UNSECURED_LIFE_S * 1000 }
}
