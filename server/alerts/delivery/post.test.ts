import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { allowedAddresses } from './guardedSocket.ts'
import { DeliveryFailure } from './message.ts'
import { type Posting, post } from './post.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener)
  servers.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=b` }
}
const posting = (url: string, more: Partial<Posting> = {}): Posting => ({
  url,
  allowPrivate: true,
  headers: { 'x-test': 'yes' },
  body: '{"ü":1}',
  ...more,
})
const failure = async (given: Posting) => {
  const error = await post(given).catch((e: unknown) => e)
  if (!(error instanceof DeliveryFailure)) throw new Error(`no failure: ${error}`)
  return error
}

test('path, headers and body arrive as they are', async () => {
  const got: unknown[] = []
  const { url } = await listening((request, response) => {
    let body = ''
    request
      .on('data', (chunk) => (body += chunk))
      .on('end', () => {
        got.push(request.method, request.url, request.headers['x-test'], request.headers['content-type'], body)
        response.writeHead(204).end()
      })
  })
  expect(await post(posting(url))).toBe(204)
  expect(got).toEqual(['POST', '/hook?a=b', 'yes', 'application/json', '{"ü":1}'])
})

test('a redirect is not followed, wherever it leads', async () => {
  let asked = 0
  const { url } = await listening((_request, response) => {
    asked += 1
    response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
  })
  const error = await failure(posting(url))
  expect([error.kind, asked]).toEqual(['receiver', 1])
  expect(error.message).toContain('redirects are not followed')
})

test.each([
  [400, 'message'],
  [413, 'message'],
  [422, 'message'],
  [401, 'receiver'],
  [404, 'receiver'],
  [429, 'receiver'],
  [500, 'receiver'],
  [503, 'receiver'],
] as const)('%i is about the %2$s: %s', async (status, kind) => {
  const { url } = await listening((_request, response) => response.writeHead(status).end('no'))
  expect((await failure(posting(url))).kind).toBe(kind)
})

test('one that hangs is given up: without an answer, in the middle of one, and without end', async () => {
  const silent = createTcpServer((socket) => socket.on('error', () => {}))
  servers.push(silent)
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const mute = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
  const { url: half } = await listening((_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('x')
  })
  for (const url of [mute, half]) {
    expect((await failure(posting(url, { timeoutMs: 200 }))).message).toContain('No answer within 0.2 s')
  }
  const { url: endless } = await listening((_request, response) => {
    response.writeHead(200)
    const more = () => {
      while (response.write('x'.repeat(16_384)));
      response.once('drain', more)
    }
    more()
  })
  expect(await post(posting(endless))).toBe(200)
})

test('a resolver that hangs is not waited for', async () => {
  const error = await failure(posting('http://hook.example/', { timeoutMs: 100, resolve: () => new Promise(() => {}) }))
  expect(error.kind).toBe('receiver')
})

test('nothing is sent to this machine where the configuration does not allow it', async () => {
  let asked = 0
  const { url } = await listening((_request, response) => {
    asked += 1
    response.end()
  })
  const { port } = new URL(url)
  const at = (host: string, address: string) =>
    failure(posting(`http://${host}:${port}/`, { allowPrivate: false, resolve: async () => [{ address, family: 4 }] }))
  expect((await at('127.0.0.1', '')).message).toContain('allowPrivate: true')
  expect((await at('hook.example', '127.0.0.1')).message).toContain('allowPrivate: true')
  expect((await at('[::ffff:127.0.0.1]', '')).message).toContain('allowPrivate: true')
  expect((await at('0x7f000001', '')).message).toContain('allowPrivate: true')
  expect(asked).toBe(0)
})

test('a metadata service is never spoken to, by whatever name', async () => {
  const named = { resolve: async () => [{ address: '169.254.169.254', family: 4 }] }
  expect((await failure(posting('http://hook.example/', named))).message).toContain('nothing is ever sent there')
  expect((await failure(posting('http://169.254.169.254/'))).message).toContain('nothing is ever sent there')
})

test('a name is asked once: what it says a moment later connects nobody', async () => {
  const { url } = await listening((_request, response) => response.end())
  const answers = [['127.0.0.1'], ['169.254.169.254']]
  let asked = 0
  const resolve = async () => {
    asked += 1
    return (answers.shift() ?? []).map((address) => ({ address, family: 4 }))
  }
  expect(await post(posting(`http://rebind.example:${new URL(url).port}/`, { resolve }))).toBe(200)
  expect(asked).toBe(1)
})

test('of several addresses only those are used that may be', async () => {
  const resolve = async () => ['169.254.169.254', '10.0.0.1', '8.8.8.8'].map((address) => ({ address, family: 4 }))
  const destination = { host: 'x.example', port: 1 }
  expect(await allowedAddresses({ ...destination, allowPrivate: false }, resolve)).toEqual(['8.8.8.8'])
  expect(await allowedAddresses({ ...destination, allowPrivate: true }, resolve)).toEqual(['10.0.0.1', '8.8.8.8'])
})

test('a port where nobody listens is said so', async () => {
  const { server, url } = await listening(() => {})
  await new Promise((resolve) => server.close(resolve))
  expect((await failure(posting(url))).message).toContain('ECONNREFUSED')
})
