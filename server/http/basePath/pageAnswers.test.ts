import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { answerBelow, FileNames } from './pageAnswers.ts'

const BASE = '/tools/quorumdeck'
const PAGE =
  '<link href="/_next/a.css"><script src="/_next/static/b.js">["/_next/","\\"/_next/c"] "/_nex" /_next/ "/wall"'
const BELOW = PAGE.replaceAll('"/_next/', `"${BASE}/_next/`)

const through = (pieces: Buffer[]): string => {
  const names = new FileNames(BASE)
  return Buffer.concat([...pieces.map((piece) => names.take(piece)), names.end()]).toString()
}

test('names of files are put below it wherever the bytes are cut', () => {
  const bytes = Buffer.from(PAGE)
  for (let first = 0; first <= bytes.length; first += 1) {
    const [one, rest] = [bytes.subarray(0, first), bytes.subarray(first)]
    expect(through([one, rest])).toBe(BELOW)
    expect(through([one, rest.subarray(0, 3), rest.subarray(3)])).toBe(BELOW)
  }
  expect(through([...bytes].map((byte) => Buffer.from([byte])))).toBe(BELOW)
})

test('what only begins as a name is there when nothing more comes', () => {
  expect(through([Buffer.from('x"'), Buffer.from('/_ne')])).toBe('x"/_ne')
  expect(through([Buffer.from('""/_next/')])).toBe(`""${BASE}/_next/`)
  expect(through([])).toBe('')
})

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

type Answer = (response: ServerResponse, request: IncomingMessage) => void

async function ask(answer: Answer, headers: Record<string, string> = {}, method = 'GET') {
  const server = createServer((asked, response) => {
    answerBelow(BASE, asked, response)
    answer(response, asked)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const asking = request({ host: '127.0.0.1', port, path: '/clusters/a?x=1', headers, method }).end()
  const [got] = (await once(asking, 'response')) as [IncomingMessage]
  const body: Buffer[] = []
  for await (const piece of got) body.push(piece as Buffer)
  return { status: got.statusCode, headers: got.headers, body: Buffer.concat(body) }
}

const page: Answer = (response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(PAGE))
  response.write(PAGE.slice(0, 20))
  response.end(PAGE.slice(20))
}

test('a page of known length is as long as it is then, and says which path it is', async () => {
  const { headers, body } = await ask(page)
  expect(body.toString()).toBe(BELOW)
  expect(headers['content-length']).toBeUndefined()
  expect(headers['x-nextjs-rewritten-path']).toBe('/clusters/a')
})

test('it is compressed after its names are put below, for whoever takes that', async () => {
  const { headers, body } = await ask(
    (response, asked) => {
      // Next would compress it before.
      expect(asked.headers['accept-encoding']).toBeUndefined()
      page(response, asked)
    },
    { 'accept-encoding': 'gzip', 'user-agent': 'x' },
  )
  // Below 1 KiB it is not worth it; its length is not known any more, so it is done all the same.
  expect(headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(body).toString()).toBe(BELOW)
})

test('what names no files passes as it is, with its length', async () => {
  const { headers, body } = await ask((response) => {
    response.setHeader('content-type', 'font/woff2')
    response.setHeader('content-length', 9)
    response.end('x"/_next/')
  })
  expect([body.toString(), headers['content-length']]).toEqual(['x"/_next/', '9'])
})

test('no part of a file is asked for: its bytes would be counted otherwise', async () => {
  const { body } = await ask(
    (response, asked) => {
      response.setHeader('content-type', 'application/javascript; charset=UTF-8')
      response.end(`"/_next/" ${asked.headers.range} ${asked.headers['if-range']}`)
    },
    { range: 'bytes=3-', 'if-range': '"x"' },
  )
  expect(body.toString()).toBe(`"${BASE}/_next/" undefined undefined`)
})

test('headers that lead to paths lead below it; another site stays', async () => {
  const { headers } = await ask((response) => {
    response.statusCode = 308
    response.setHeader('location', '/clusters/a')
    response.setHeader('refresh', '0;url=/clusters/a')
    response.setHeader('link', '</_next/a.css>; rel=preload, </_next/b.js>; rel=preload, </>; rel=preconnect')
    response.end('/clusters/a')
  })
  expect(headers).toMatchObject({
    location: `${BASE}/clusters/a`,
    refresh: `0;url=${BASE}/clusters/a`,
    link: `<${BASE}/_next/a.css>; rel=preload, <${BASE}/_next/b.js>; rel=preload, </>; rel=preconnect`,
  })
  const away = await ask((response) => {
    response.statusCode = 303
    response.setHeader('location', 'https://login.example/a')
    response.end()
  })
  expect(away.headers.location).toBe('https://login.example/a')
})

test('asked for the head alone, or for what has not changed, nothing is sent', async () => {
  const { status, body } = await ask(page, {}, 'HEAD')
  expect([status, body.length]).toEqual([200, 0])
  const same = await ask((response) => {
    response.statusCode = 304
    response.end()
  })
  expect([same.status, same.body.length]).toEqual([304, 0])
})
