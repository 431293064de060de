/** HTTP requests with broken, oversized, contradictory or forged parts, written byte for byte to a socket. */
import { connect } from 'node:net'
import type { Random } from './random.ts'

/** A request that says it has more to send is dropped by us after this long, in ms. */
const ANSWER_LIMIT_MS = 10_000

const PATHS = [
  '/api/clusters',
  '/api/clusters/healthy/quorum',
  '/api/clusters/hostile-0/quorum',
  '/api/clusters/hostile-1/events',
  '/api/clusters/healthy/history',
  '/api/clusters/healthy/history?from=0&to=9007199254740991&step=1',
  '/api/clusters/healthy/history?from=-1&to=NaN&step=1e999',
  '/api/clusters/healthy/history?from=99999999999999999999',
  '/api/clusters/healthy/sandbox',
  '/api/clusters/__proto__/quorum',
  '/api/clusters/%00/quorum',
  '/api/clusters/%E0%A4%A/quorum',
  '/api/clusters/..%2f..%2fetc%2fpasswd/quorum',
  '/api/session',
  '/api/openapi.json',
  '/api',
  '/api/',
  '/api//clusters',
  '/metrics',
  '/healthz',
  '/readyz',
]
const PAGES = [
  '/',
  '/clusters/healthy',
  '/wall/healthy',
  '/clusters/%ff',
  '/nowhere',
  '/_next/static/../../package.json',
  '/sign-in?next=//evil.example',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/clusters/\u0001',
  '/_next/image?url=http://127.0.0.1&w=1&q=1',
]
const METHODS = [
  'GET',
  'GET',
  'POST',
  'POST',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'BREW',
  'get',
  'CONNECT',
  'G\u0000T',
  'M-SEARCH',
]
const TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  '',
  'application/json; charset=utf-7',
]
const BODIES = [
  '{"token":"guess"}',
  '{"token":1}',
  '{"token":""}',
  '{"action":"kill","nodeId":0}',
  '{"action":"reset"}',
  '{"action":"kill","nodeId":-1}',
  '{"action":"add-node","roles":[]}',
  '{"action":"kill","nodeId":1e999}',
  '{"__proto__":{"action":"reset"}}',
  '{',
  '',
  'null',
  '[]',
  '"x"',
  '{"token":"\\ud800"}',
  '\u0000\u0001',
  '['.repeat(5000),
  '{"a":'.repeat(5000),
]

function headerLines(random: Random, port: number): string[] {
  const lines: string[] = []
  lines.push(
    random.pick([
      `Host: 127.0.0.1:${port}`,
      `Host: 127.0.0.1:${port}`,
      `Host: 127.0.0.1:${port}`,
      `Host: localhost:${port}`,
      'Host: evil.example',
      'Host: 127.0.0.1.evil.example',
      'Host: [::1',
      'Host:',
      'Host: localhost@evil.example',
      `Host: 127.0.0.1:${port}\r\nHost: evil.example`,
    ]),
  )
  const odd = () =>
    random.pick([
      'Origin: https://evil.example',
      'Origin: null',
      `Origin: http://127.0.0.1:${port}`,
      'Origin: \u0080',
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Site: same-origin',
      'Authorization: Bearer nobody-knows-this-token',
      `Authorization: Bearer ${'x'.repeat(2000)}`,
      'Authorization: Basic Og==',
      'Cookie: quorumdeck_session=operate.9999999999.forged',
      'Cookie: quorumdeck_session=; quorumdeck_session=operate..; =; ;;',
      `Cookie: ${'a=b; '.repeat(1000)}`,
      'X-Forwarded-For: 10.0.0.1, ,,',
      'X-Forwarded-Host: evil.example',
      'X-Middleware-Subrequest: middleware:middleware:middleware',
      'X-Nonce: "><script>',
      'Content-Security-Policy: script-src *',
      'RSC: 1\r\nNext-Router-State-Tree: %5B%22',
      'Next-Action: 0123456789abcdef0123456789abcdef01234567',
      'Expect: 100-continue',
      'Upgrade: h2c\r\nConnection: Upgrade',
      'Range: bytes=0-,0-,0-',
      'Accept-Encoding: gzip;q=nan, *;q=-1',
      'Accept: text/html',
      'If-None-Match: *',
      `X-Long: ${'y'.repeat(20_000)}`,
      `${'X-Many: 1\r\n'.repeat(150)}X-Last: 1`,
      ' folded: header',
      'No colon here',
      'Bad\u0000Name: 1',
    ])
  for (let i = random.below(4); i > 0; i -= 1) lines.push(odd())
  return lines
}

function anyPath(random: Random): string {
  if (random.oneIn(30)) return `/${'a/'.repeat(random.below(4000))}`
  if (random.oneIn(30))
    return `/api/clusters/${random
      .bytes(random.below(40))
      .toString('latin1')
      .replaceAll(/[\r\n ]/g, '')}/quorum`
  if (random.oneIn(40)) return random.pick(['*', '', 'http://evil.example/', '//evil.example', '/?', '#', '/\\..\\'])
  return random.oneIn(8) ? random.pick(PAGES) : random.pick(PATHS)
}

/** One request; what follows it on the connection is part of it. */
export function hostileRequest(random: Random, port: number): Buffer {
  if (random.oneIn(25)) return random.bytes(1 + random.below(400))
  const method = random.pick(METHODS)
  const version = random.oneIn(30)
    ? random.pick(['HTTP/0.9', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'XTTP/1.1', ''])
    : 'HTTP/1.1'
  const lines = headerLines(random, port)
  let body: Buffer = Buffer.from(random.oneIn(20) ? 'z'.repeat(60_000 + random.below(80_000)) : random.pick(BODIES))
  if (random.oneIn(10)) body = random.bytes(random.below(500))
  const hasBody = method !== 'GET' && method !== 'HEAD' ? !random.oneIn(5) : random.oneIn(10)
  if (hasBody) {
    lines.push(`Content-Type: ${random.pick(TYPES)}`)
    switch (random.below(12)) {
      case 0:
        lines.push(`Content-Length: ${random.pick(['-1', '1e3', '99999999999999999999', 'abc', ' 5', '0x10'])}`)
        break
      case 1:
        lines.push(`Content-Length: ${body.length}`, `Content-Length: ${body.length + 1}`)
        break
      case 2:
        lines.push('Transfer-Encoding: chunked', `Content-Length: ${body.length}`)
        break
      case 3:
        lines.push(`Transfer-Encoding: ${random.pick(['chunked', 'chunked, chunked', 'gzip', ' chunked', 'identity'])}`)
        body = Buffer.concat([
          Buffer.from(`${random.pick([body.length.toString(16), 'ffffffffffffffff', '-1', 'zz'])}\r\n`),
          body,
          Buffer.from('\r\n0\r\n\r\n'),
        ])
        break
      case 4:
        // Far too large: the server must refuse before it has come.
        lines.push('Content-Length: 1000000000')
        break
      default:
        lines.push(`Content-Length: ${body.length}`)
    }
  }
  lines.push('Connection: close')
  const ending = random.oneIn(40) ? random.pick(['\n\n', '\r\n', '\r\n\r', '']) : '\r\n\r\n'
  const head = Buffer.from(`${method} ${anyPath(random)} ${version}\r\n${lines.join('\r\n')}${ending}`, 'latin1')
  return hasBody ? Buffer.concat([head, body]) : head
}

/** Sends it. Resolves with the status; 0 where the server closed without a word, -1 where it waits for more. */
export async function sendRequest(bytes: Buffer, port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  return await new Promise((resolve) => {
    let head = ''
    const end = (status: number) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(status)
    }
    const status = () => Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
    const timer = setTimeout(() => end(head === '' ? -1 : status()), ANSWER_LIMIT_MS)
    socket.on('data', (chunk: Buffer) => {
      if (head.length < 64) head += chunk.toString('latin1', 0, 64)
    })
    socket.on('end', () => end(status()))
    socket.on('close', () => end(status()))
    // Whoever announces more than he sends hangs up at last.
    socket.end(bytes)
  })
}
