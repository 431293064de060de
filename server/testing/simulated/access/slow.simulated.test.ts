/** Who is slow, silent, without end or too large, over real connections: it ends, and everybody else is served meanwhile. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ExampleWorkflows, exampleRun } from '../../examples/exampleWorkflows.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'

/** Short, so that nobody waits for the product's own; no test is about how long they are. */
const LIMITS = { headersMs: 300, requestMs: 600, silentMs: 1500, keepAliveMs: 300, checkEveryMs: 50, deadAfterMs: 300 }
const DRIP_MS = 20

const open: Socket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
})

/** A connection, and what came back on it. */
function connected({ url }: Serving) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  open.push(socket)
  const got = { text: '' }
  socket.on('data', (data) => {
    got.text += data.toString()
  })
  socket.on('error', () => {})
  return { socket, got, closed: new Promise<void>((resolve) => socket.once('close', () => resolve())) }
}

/** Writes a piece again and again, until the other side has closed. */
async function drip(socket: Socket, piece: () => string): Promise<void> {
  while (!socket.destroyed && socket.writable) {
    socket.write(piece())
    await wait(DRIP_MS)
  }
}

async function watchingClients({ url }: Serving): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^quorumdeck_watching_clients (\d+)$/m.exec(text)?.[1])
}

describe('over HTTP', () => {
  let serving: Serving
  beforeAll(async () => {
    serving = await serve(null, 100, { limits: LIMITS })
  })
  afterAll(() => serving.close())
  const isServed = async () => expect((await fetch(`${serving.url}/api/session`)).status).toBe(200)

  test('a connection on which nothing comes is closed', async () => {
    const { closed } = connected(serving)
    await isServed()
    await closed
  })

  test('headers that come a few bytes at a time, without end, are cut short', async () => {
    const { socket, got, closed } = connected(serving)
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n')
    await Promise.all([drip(socket, () => 'X-A: b\r\n'), isServed(), closed])
    expect(got.text).not.toMatch(/ 200 /)
  })

  test('a body that comes a byte at a time is cut short', async () => {
    const { socket, got, closed } = connected(serving)
    socket.write(
      `POST /api/clusters/${CLUSTER}/sandbox HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{`,
    )
    await Promise.all([drip(socket, () => ' '), isServed(), closed])
    expect(got.text).not.toMatch(/ 200 /)
  })

  test.each([
    ['for the API', `POST /api/clusters/${CLUSTER}/sandbox`, /^HTTP\/1\.1 413/],
    ['for a page, which takes none', 'GET /account', /^HTTP\/1\.1 200/],
  ])('a body without end %s is not read to it', async (_what, request, expected) => {
    const { socket, got, closed } = connected(serving)
    socket.write(
      `${request} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    const chunk = ' '.repeat(4096)
    await Promise.all([drip(socket, () => `1000\r\n${chunk}\r\n`), isServed(), closed])
    expect(got.text).toMatch(expected)
  })

  const headers = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: a\r\n`).join('')
  test.each([
    ['a hundred headers are read', headers(98), /^HTTP\/1\.1 200/],
    ['and the last of them counts', `${headers(97)}Origin: https://evil.example\r\n`, /^HTTP\/1\.1 403/],
    ['more are refused, and not cut off', `${headers(99)}Origin: https://evil.example\r\n`, /^HTTP\/1\.1 431/],
    ['so is one that is too large', `X: ${'a'.repeat(20_000)}\r\n`, /^HTTP\/1\.1 431/],
  ])('%s', async (_what, more, expected) => {
    const { socket, got, closed } = connected(serving)
    const method = more.includes('Origin') ? 'DELETE' : 'GET'
    socket.write(
      `${method} /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more.replace('X-0: a\r\n', '')}\r\n`,
    )
    await closed
    expect(got.text).toMatch(expected)
  })
})

test('who does not read the answers is not kept, nor asked for more', async () => {
  const serving = await serve(null, 100, { limits: { ...LIMITS, headersMs: 600_000, requestMs: 600_000 } })
  const { socket, closed } = connected(serving)
  socket.pause()
  // More than the buffers of both sides hold: something is always still to be written, and the end is noticed.
  const request = `GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\nX-Filler: ${'a'.repeat(10_000)}\r\n\r\n`
  for (let count = 0; count < 4000; count += 1) socket.write(request)
  expect((await fetch(`${serving.url}/api/session`)).status).toBe(200)
  await closed
  await serving.close()
})

describe('over the websocket', () => {
  let serving: Serving
  let workflows: ExampleWorkflows
  const started = async (deadAfterMs: number) => {
    workflows = new ExampleWorkflows()
    serving = await serve(null, 100, { limits: { ...LIMITS, deadAfterMs }, workflows })
    const client = await new LiveClient(serving.url).opened()
    await serving.watching.until('it is at home', () => client.of('hello').length === 1)
    return client
  }
  afterEach(() => serving.close())

  test.each([
    ['a message that is too large', (client: LiveClient) => client.say('x'.repeat(5000))],
    [
      'one in pieces, without end',
      ({ socket }: LiveClient) => {
        for (let piece = 0; piece < 50; piece += 1) socket.send('x'.repeat(100), { fin: false })
      },
    ],
  ])('%s ends the connection', async (_what, send) => {
    const client = await started(60_000)
    const closed = once(client.socket, 'close')
    send(client)
    expect((await closed)[0]).toBe(1009)
    await expect.poll(() => watchingClients(serving)).toBe(0)
  })

  test('who is there and says nothing stays; who answers no ping any more is gone', async () => {
    const [client, silent] = [await started(300), await new LiveClient(serving.url).opened()]
    silent.socket.pause()
    await expect.poll(() => watchingClients(serving), { timeout: 30_000 }).toBe(1)
    expect(client.socket.readyState).toBe(client.socket.OPEN)
    silent.socket.terminate()
    client.socket.terminate()
  })

  test('who reads nothing and goes on asking is cut off, before the answers fill the memory', async () => {
    const client = await started(600_000)
    workflows.tell(exampleRun(), true)
    client.say({ type: 'subscribe', cluster: CLUSTER })
    await serving.watching.until('a snapshot', () => client.of('snapshot').length > 0)
    client.say({ type: 'follow', cluster: CLUSTER, workflow: 'run-1' })
    await serving.watching.until('the run', () => client.of('workflow').length > 0)
    client.socket.pause()
    const long = 'x'.repeat(100_000)
    for (let revision = 2; revision <= 400; revision += 1) workflows.tell(exampleRun({ revision, now: long }), true)
    expect(await watchingClients(serving)).toBe(1)
    client.socket.ping()
    await expect.poll(() => watchingClients(serving), { timeout: 30_000 }).toBe(0)
    client.socket.terminate()
  })
})
