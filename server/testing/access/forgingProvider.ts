/** For tests: a provider that signs whatever it is told to, rightly or wrongly. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Forging {
  issuer: string
  /** What is in the next ID token, over what belongs there. */
  claims: Record<string, unknown>
  /** Signs with a key that it does not name. */
  wrongKey: boolean
  /** What its document says, over what belongs there. */
  document: Record<string, unknown>
  /** Addresses that were asked for. */
  asked: string[]
  /** Signs with a key of its own that is new. */
  rotate(): void
  close(): Promise<void>
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function startForging(clientId: string): Promise<Forging> {
  const drawn = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = drawn()
  let own = { kid: 'k1', ...drawn() }
  let nonce = ''
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', forging.issuer)
    forging.asked.push(url.pathname)
    const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (url.pathname === '/.well-known/openid-configuration') {
      return json({
        issuer: forging.issuer,
        authorization_endpoint: `${forging.issuer}/authorize`,
        token_endpoint: `${forging.issuer}/token`,
        jwks_uri: `${forging.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...forging.document,
      })
    }
    if (url.pathname === '/keys')
      return json({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: own.kid, alg: 'RS256', use: 'sig' }] })
    if (url.pathname === '/authorize') {
      nonce = url.searchParams.get('nonce') ?? ''
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', 'code')
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return response.writeHead(303, { location: back.href }).end()
    }
    const nowS = Math.floor(Date.now() / 1000)
    const claims = {
      iss: forging.issuer,
      sub: 'mallory',
      aud: clientId,
      exp: nowS + 300,
      iat: nowS,
      nonce,
      groups: ['ops'],
      ...forging.claims,
    }
    const signed = `${base64({ alg: 'RS256', kid: own.kid })}.${base64(claims)}`
    const key = (forging.wrongKey ? other : own).privateKey
    const idToken = `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`
    return json({ access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token: idToken })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const forging: Forging = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: {},
    wrongKey: false,
    document: {},
    asked: [],
    rotate: () => {
      own = { kid: `${own.kid}1`, ...drawn() }
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return forging
}
