import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { type Grant, requestToken } from './tokenEndpoint.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(server)
  return (server.address() as AddressInfo).port
}

async function endpoint(answer: RequestListener): Promise<URL> {
  return new URL(`http://127.0.0.1:${await listening(createServer(answer))}/realms/a/token?x=1`)
}

const grant = (at: URL, more: Partial<Grant> = {}): Grant => ({
  ...{ endpoint: at, clientId: 'deck', clientSecret: 'a b:c/d', scope: null, urlEncoded: false, tls: {} },
  ...more,
})

const gives =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(body)

test('a grant is asked for as Kafka asks, and the token comes with its life', async () => {
  const seen: { request: IncomingMessage; body: string }[] = []
  const at = await endpoint(async (request, response) => {
    seen.push({ request, body: await text(request) })
    response.end('{"access_token":"abc","expires_in":300,"token_type":"Bearer"}')
  })
  expect(await requestToken(grant(at))).toEqual({ value: 'abc', livesMs: 300_000 })
  await requestToken(grant(at, { scope: 'kafka read', urlEncoded: true }))
  expect(seen.map(({ request, body }) => [request.method, request.url, request.headers['content-type'], body])).toEqual(
    [
      ['POST', '/realms/a/token?x=1', 'application/x-www-form-urlencoded', 'grant_type=client_credentials'],
      [
        ...['POST', '/realms/a/token?x=1', 'application/x-www-form-urlencoded'],
        'grant_type=client_credentials&scope=kafka+read',
      ],
    ],
  )
  expect(
    seen.map(({ request }) => Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString()),
  ).toEqual(['deck:a b:c/d', 'deck:a%20b%3Ac%2Fd'])
})

test.each([
  ['{"access_token":"abc","expires_in":"60"}', 60_000],
  ['{"access_token":"abc"}', null],
  ['{"access_token":"abc","expires_in":-1}', null],
  ['{"access_token":"abc","expires_in":"soon"}', null],
])('%s', async (body, livesMs) => {
  expect(await requestToken(grant(await endpoint(gives(body))))).toEqual({ value: 'abc', livesMs })
})

test.each([
  [gives('{"error":"invalid_client","error_description":"no such client"}', 401), /answered 401: invalid_client, no/],
  [gives('<html>', 502), /answered 502$/],
  [gives('null'), /gave no access_token$/],
  [gives('{"access_token":7}'), /gave no access_token$/],
  [gives('x'.repeat(100_000)), /cannot be reached: sends more than an answer with a token$/],
  [((request) => request.socket.destroy()) as RequestListener, /cannot be reached: ECONNRESET$/],
])('an answer without a token is a failure in words (%#)', async (answer, words) => {
  const at = await endpoint(answer)
  const failure = await requestToken(grant(at)).catch((error: Error) => error)
  expect(failure).toMatchObject({ name: 'TokenFailure', message: expect.stringMatching(words) })
  expect((failure as Error).message).toMatch(/^the token endpoint http:\/\/127\.0\.0\.1:\d+\/realms\/a\/token /)
  expect(JSON.stringify(failure)).not.toContain('a b:c')
})

test('a redirect is not followed: the secret is for this endpoint alone', async () => {
  let asked = 0
  const other = await endpoint((_request, response) => {
    asked += 1
    response.end('{"access_token":"abc"}')
  })
  const at = await endpoint((_request, response) => void response.writeHead(307, { location: other.href }).end())
  await expect(requestToken(grant(at))).rejects.toThrow('answered 307')
  expect(asked).toBe(0)
})

test('nothing that listens is named', async () => {
  await expect(requestToken(grant(new URL('http://127.0.0.1:1/token')))).rejects.toThrow('nothing listens there')
})

test('a certificate of a company is trusted through a store of the login alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-endpoint-'))
  try {
    const keytool = (...args: string[]) =>
      execFileSync('keytool', [...args, '-alias', 'a', '-keystore', join(folder, 'key.p12'), '-storepass', 'secret1'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    keytool('-genkeypair', '-keyalg', 'RSA', '-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost')
    const ca = keytool('-exportcert', '-rfc').toString()
    const shown = { pfx: readFileSync(join(folder, 'key.p12')), passphrase: 'secret1' }
    const port = await listening(createTlsServer(shown, gives('{"access_token":"abc"}')))
    const at = new URL(`https://localhost:${port}/token`)
    await expect(requestToken(grant(at))).rejects.toThrow(/not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): name a trust/)
    expect(await requestToken(grant(at, { tls: { ca: [ca] } }))).toEqual({ value: 'abc', livesMs: null })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
