/**
 * Tokens for SASL/OAUTHBEARER, in the two ways of Kafka's own client: a client-credentials grant at
 * `sasl.oauthbearer.token.endpoint.url`, or an unsecured token for development
 * (OAuthBearerUnsecuredLoginCallbackHandler).
 */

/** Gives a token whenever the connection asks for one. @throws Error in words, when the options name no way to get one. */
export function oauthToken(options: Map<string, string>, endpoint: string | undefined): () => string | Promise<string> {
  const subject = options.get('unsecuredLoginStringClaim_sub')
  if (subject !== undefined) return () => unsecuredToken(subject, Date.now())
  const clientId = options.get('clientId')
  const clientSecret = options.get('clientSecret')
  if (endpoint === undefined || clientId === undefined || clientSecret === undefined) {
    throw new Error(
      'OAUTHBEARER needs sasl.oauthbearer.token.endpoint.url and clientId="…" clientSecret="…" in sasl.jaas.config',
    )
  }
  return () => requestToken(endpoint, clientId, clientSecret, options.get('scope'))
}

/** Valid for an hour, which is the default of Kafka's own handler. */
export function unsecuredToken(subject: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: seconds, exp: seconds + 3600 })}.`
}

async function requestToken(endpoint: string, id: string, secret: string, scope: string | undefined): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`the token endpoint ${endpoint} answered ${response.status}`)
  const body = (await response.json()) as { access_token?: unknown }
  if (typeof body.access_token !== 'string') throw new Error(`the token endpoint ${endpoint} gave no access_token`)
  return body.access_token
}
