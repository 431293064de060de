/** Listeners of all kinds that are no good: the hop that fails is the right one, and the words are about it. */
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import forge from 'node-forge'
import { afterEach, expect, test } from 'vitest'
import type { Security } from '../kafka/connection.ts'
import { testConnection } from './testConnection.ts'

const DAY_MS = 24 * 3_600_000
const servers: { server: Server; sockets: Set<Socket> }[] = []
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  servers.push({ server, sockets })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface Made {
  cert: string
  key: string
}

/** Signed by itself: its own authority. */
function selfMade(names: string[], validToMs: number): Made {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048, workers: -1 })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = keys.publicKey
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date(validToMs - 400 * DAY_MS)
  certificate.validity.notAfter = new Date(validToMs)
  const subject = [{ name: 'commonName', value: 'a controller' }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
  ])
  certificate.sign(keys.privateKey, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key: forge.pki.privateKeyToPem(keys.privateKey) }
}

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() }

async function hops(port: number, security: Security = {}, host = 'localhost') {
  const { addresses } = await testConnection([{ endpoint: 'controller', address: { host, port } }], {
    security,
    expectedClusterId: null,
    watchedAs: () => [],
    clock,
  })
  const [tested] = addresses
  if (tested === undefined) throw new Error('nothing was tested')
  const made = tested.hops.filter(({ state }) => state !== 'skipped').map(({ hop, state }) => `${hop}:${state}`)
  const failed = tested.hops.find(({ state }) => state === 'failed')
  return { made, words: [...(failed?.found ?? []), failed?.remedy].join(' ') }
}

test('a name that nobody knows', async () => {
  expect(await hops(9093, {}, 'no-such-host.invalid')).toMatchObject({ made: ['name:failed'] })
})

test('a port where nothing listens', async () => {
  const port = await listening(createServer())
  const [last] = servers.splice(0)
  await new Promise((resolve) => last?.server.close(resolve))
  const { made, words } = await hops(port)
  expect(made).toEqual(['name:ok', 'tcp:failed'])
  expect(words).toContain(`Nothing listens on port ${port}`)
})

test('a host that may not have the credentials is not even connected to', async () => {
  let connected = 0
  const port = await listening(createServer(() => (connected += 1)))
  const { made, words } = await hops(port, { allowedHosts: new Set(['elsewhere']) })
  expect([made, connected]).toEqual([['name:ok', 'tcp:failed'], 0])
  expect(words).toContain('quorumdeck.hosts')
})

test('one that takes the connection and says nothing', async () => {
  const port = await listening(createServer())
  const plain = await hops(port)
  expect(plain.made).toEqual(['name:ok', 'tcp:ok', 'api-versions:failed'])
  expect(plain.words).toContain('No answer in time')
  expect((await hops(port, { tls: {} })).made).toEqual(['name:ok', 'tcp:ok', 'tls:failed'])
}, 60_000)

test('one that speaks HTTP', async () => {
  const port = await listening(createHttpServer((_request, response) => response.end('a page with a <secret>')))
  const { made, words } = await hops(port)
  expect(made).toEqual(['name:ok', 'tcp:ok', 'api-versions:failed'])
  expect(words).toContain('no Kafka listener')
  expect(words).not.toContain('secret')
})

test('TLS where we speak none, and none where we speak it', async () => {
  const tls = await listening(createTlsServer(selfMade(['localhost'], Date.now() + 90 * DAY_MS), () => {}))
  const plain = await hops(tls)
  expect(plain.made).toContain('tls:failed')
  expect(plain.words).toContain('security.protocol=SSL')
  const http = await listening(createHttpServer((_request, response) => response.end('page')))
  const secured = await hops(http, { tls: {} })
  expect(secured.made).toEqual(['name:ok', 'tcp:ok', 'tls:failed'])
  expect(secured.words).toContain('does not speak TLS')
})

test('certificates: of an authority that nobody knows, expired, of another name, and a good one', async () => {
  const serve = async (made: Made) =>
    await listening(createTlsServer(made, (socket) => void socket.on('error', () => {})))
  const good = selfMade(['localhost'], Date.now() + 90 * DAY_MS)
  const port = await serve(good)
  expect((await hops(port, { tls: {} })).words).toContain('Nobody we trust has issued it')

  const old = selfMade(['localhost'], Date.now() - 2 * DAY_MS)
  expect((await hops(await serve(old), { tls: { ca: old.cert } })).words).toContain('It has expired')

  const strange = selfMade(['c1.example'], Date.now() + 90 * DAY_MS)
  const strangePort = await serve(strange)
  const wrong = await hops(strangePort, { tls: { ca: strange.cert } })
  expect(wrong.words).toContain('None of its names is localhost')
  expect(wrong.words).toContain('Valid for c1.example')
  // The file may turn that check off.
  const off = { tls: { ca: strange.cert, checkServerIdentity: () => undefined } }
  expect((await hops(strangePort, off)).made).toContain('tls:ok')
  expect((await hops(port, { tls: { ca: good.cert } })).made.slice(0, 3)).toEqual(['name:ok', 'tcp:ok', 'tls:ok'])
}, 90_000)
