/** Websocket clients that break every rule they can, from the handshake on. */
import { connect, type Socket } from 'node:net'
import type { Random } from './random.ts'

/** Server's answer to the last, honest ping; without it the session counts as stuck. In ms. */
const SESSION_LIMIT_MS = 10_000

const WORDS = ['subscribe', 'unsubscribe', 'resync', 'hello', '__proto__', 'constructor', 'toString', '', 'snapshot']
const CLUSTERS = [
  'healthy',
  'hostile-0',
  '__proto__',
  'constructor',
  '',
  'x'.repeat(64),
  'x'.repeat(65),
  '\u0000',
  '🦄',
  '../healthy',
]

function anyJson(random: Random, depth: number): unknown {
  switch (random.below(depth > 3 ? 5 : 8)) {
    case 0:
      return null
    case 1:
      return random.word() * (random.oneIn(2) ? -1 : 1e300)
    case 2:
      return random.oneIn(2)
    case 3:
      return random.pick(WORDS)
    case 4:
      return random.pick(CLUSTERS)
    case 5:
      return Array.from({ length: random.below(5) }, () => anyJson(random, depth + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [
          random.pick(['type', 'cluster', 'seq', 'serverRunId', '__proto__']),
          anyJson(random, depth + 1),
        ]),
      )
  }
}

/** Text of a message: valid, nearly valid, or no JSON at all. */
function anyText(random: Random): string {
  switch (random.below(10)) {
    case 0:
    case 1:
      return JSON.stringify({
        type: random.pick(['subscribe', 'unsubscribe', 'resync']),
        cluster: random.pick(CLUSTERS),
      })
    case 2:
      return JSON.stringify({
        type: 'subscribe',
        cluster: 'healthy',
        serverRunId: random.pick(WORDS),
        seq: random.word(),
      })
    case 3:
      return '['.repeat(1 + random.below(2000))
    case 4:
      return '{"a":'.repeat(1 + random.below(600))
    case 5:
      return `{"type":"subscribe","cluster":"${'\\u0000'.repeat(random.below(200))}"}`
    case 6:
      return random.bytes(random.below(300)).toString('latin1')
    case 7:
      return `{"__proto__":{"type":"subscribe"},"type":"${random.pick(WORDS)}","cluster":"healthy"}`
    case 8:
      return `{"type":"subscribe","type":"resync","cluster":"healthy","seq":${random.pick(['1e999', '-0', '01', '1.5', '9007199254740993', 'NaN'])}}`
    default:
      return JSON.stringify(anyJson(random, 0))
  }
}

interface FrameShape {
  opcode: number
  payload: Buffer
  final?: boolean
  /** The reserved bits RSV1-3. */
  reserved?: number
  masked?: boolean
  /** What the header says instead of the truth. */
  claimedLength?: bigint
}

function frame(
  { opcode, payload, final = true, reserved = 0, masked = true, claimedLength }: FrameShape,
  random: Random,
): Buffer {
  const length = claimedLength ?? BigInt(payload.length)
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode
  const maskBit = masked ? 0x80 : 0
  let header: Buffer
  if (length < 126n) header = Buffer.from([first, maskBit | Number(length)])
  else if (length < 65_536n && claimedLength === undefined) {
    header = Buffer.from([first, maskBit | 126, 0, 0])
    header.writeUInt16BE(Number(length), 2)
  } else {
    header = Buffer.alloc(10)
    header[0] = first
    header[1] = maskBit | 127
    header.writeBigUInt64BE(BigInt.asUintN(64, length), 2)
  }
  if (!masked) return Buffer.concat([header, payload])
  const key = random.bytes(4)
  const hidden = Buffer.from(payload)
  for (let i = 0; i < hidden.length; i += 1) hidden[i] = (hidden[i] ?? 0) ^ (key[i & 3] ?? 0)
  return Buffer.concat([header, key, hidden])
}

const BROKEN_UTF8 = ['ff', 'c0af', 'eda080', 'f8888080', 'e28228', 'f4908080'].map((hex) => Buffer.from(hex, 'hex'))

/** Ends every frame whose header promised more, as far as the server takes any: it must not wait for the rest for ever. */
const FILLING = Buffer.alloc(16 * 1024)

const claimed = [1n << 63n, (1n << 64n) - 1n, 1n << 40n, 1n << 31n, 5000n]

/** One frame, or a group of fragments, that a connection can outlive: nonsense, but in the grammar of websockets. */
function bearableFrame(random: Random): Buffer {
  const text = () => Buffer.from(anyText(random)).subarray(0, 4000)
  switch (random.below(10)) {
    case 0:
      return frame({ opcode: 2, payload: random.bytes(random.below(600)) }, random)
    case 1: {
      const parts = Array.from({ length: 2 + random.below(20) }, () => text().toString('latin1').slice(0, 100))
      const last = parts.length - 1
      return Buffer.concat(
        parts.map((part, i) =>
          frame({ opcode: i === 0 ? 1 : 0, payload: Buffer.from(part).subarray(0, 200), final: i === last }, random),
        ),
      )
    }
    case 2:
      return frame({ opcode: 9 + random.below(2), payload: random.bytes(random.below(126)) }, random)
    default:
      return frame({ opcode: 1, payload: text() }, random)
  }
}

/** One frame that breaks the rules of websockets: the server is to end the connection, or to wait for the rest of it. */
function deadlyFrame(random: Random): Buffer {
  const text = () => Buffer.from(anyText(random))
  switch (random.below(13)) {
    case 0:
      return frame({ opcode: 1, payload: Buffer.from('x'.repeat(4097 + random.below(60_000))) }, random)
    case 1:
      return frame({ opcode: 0, payload: text() }, random)
    case 2:
      return Buffer.concat([1, 1].map((opcode) => frame({ opcode, payload: text(), final: false }, random)))
    case 3: {
      const payload = Buffer.concat([Buffer.from('{"type":"'), random.pick(BROKEN_UTF8), Buffer.from('"}')])
      return frame({ opcode: 1, payload }, random)
    }
    case 4:
      return frame({ opcode: 3 + random.below(5), payload: text() }, random)
    case 5:
      return frame({ opcode: 11 + random.below(5), payload: Buffer.alloc(0) }, random)
    case 6:
      return frame({ opcode: 1, payload: text(), masked: false }, random)
    case 7:
      return frame({ opcode: 1, payload: text(), reserved: 1 + random.below(7) }, random)
    case 8:
      return frame({ opcode: 9, payload: random.bytes(126 + random.below(100)) }, random)
    case 9:
      return frame({ opcode: 8, payload: random.bytes(random.below(140)) }, random)
    case 10:
      return frame({ opcode: 9, payload: Buffer.alloc(3), final: false }, random)
    case 11:
      return Buffer.concat([
        frame({ opcode: 1, payload: text(), claimedLength: random.pick(claimed) }, random),
        FILLING,
      ])
    default:
      return Buffer.concat([random.bytes(1 + random.below(200)), FILLING])
  }
}

/** Frames of one session: some that it can outlive, then in half of the cases one that it cannot. */
export function hostileFrames(random: Random): Buffer[] {
  // A flood: more than the server takes in a second.
  const count = random.oneIn(40) ? 300 : 1 + random.below(60)
  const frames = Array.from({ length: count }, () => bearableFrame(random))
  if (random.oneIn(2)) frames.push(deadlyFrame(random))
  return frames
}

/** A handshake that the server takes in most cases. */
export function handshake(random: Random, host: string): string {
  const key = random.bytes(16).toString('base64')
  const honest = [
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
  ]
  if (!random.oneIn(6)) return `GET /ws HTTP/1.1\r\n${honest.join('\r\n')}\r\n\r\n`
  const lines = honest.filter(() => !random.oneIn(4))
  const odd = [
    'Origin: https://evil.example',
    'Origin: null',
    `Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=${random.word()}`,
    'Sec-WebSocket-Protocol: a, a, ,',
    'Sec-Fetch-Site: cross-site',
    `Cookie: quorumdeck_session=${random.bytes(40).toString('base64')}`,
    'Sec-WebSocket-Version: 8',
    'Host: evil.example',
  ]
  const path = random.pick(['/ws', '/ws?x=1', '/ws/', '//ws', '/_next/webpack-hmr', '/api/ws', '*', '/%77s'])
  return `GET ${path} HTTP/1.1\r\n${[...lines, random.pick(odd)].join('\r\n')}\r\n\r\n`
}

/** The first whole frame of the server, which never masks; `null` until it is there. */
function serverFrame(bytes: Buffer): { opcode: number; payload: Buffer; bytes: number } | null {
  const short = (bytes[1] ?? 0) & 0x7f
  const header = short === 127 ? 10 : short === 126 ? 4 : 2
  if (bytes.length < header) return null
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  if (bytes.length < header + length) return null
  const payload = bytes.subarray(header, header + length)
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload, bytes: header + length }
}

export interface SessionEnd {
  frames: number
  end: 'refused' | 'closed by server' | 'alive' | 'stuck'
}

/** A whole session: handshake, frames, and at last an honest ping that shows whether the server still listens. */
export async function hostileSession(random: Random, port: number): Promise<SessionEnd> {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const frames = hostileFrames(random)
  const mark = random.bytes(8)
  let received: Buffer = Buffer.alloc(0)
  let upgraded = false
  return await new Promise((resolve) => {
    const end = (how: SessionEnd['end']) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ frames: frames.length + 1, end: how })
    }
    const timer = setTimeout(() => end('stuck'), SESSION_LIMIT_MS)
    socket.on('close', () => end(upgraded ? 'closed by server' : 'refused'))
    socket.on('end', () => end(upgraded ? 'closed by server' : 'refused'))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (!upgraded) {
        const head = received.indexOf('\r\n\r\n')
        if (head < 0) return
        if (!received.includes('101 Switching')) return end('refused')
        upgraded = true
        received = received.subarray(head + 4)
        for (const bytes of frames) {
          // A frame cut in two at a socket's will.
          const cut = random.oneIn(5) ? random.below(bytes.length) : bytes.length
          socket.write(bytes.subarray(0, cut))
          if (cut < bytes.length) socket.write(bytes.subarray(cut))
        }
        socket.write(frame({ opcode: 9, payload: mark }, random))
      }
      for (let next = serverFrame(received); next !== null; next = serverFrame(received)) {
        received = received.subarray(next.bytes)
        // The server then waits for our own close frame, for a time.
        if (next.opcode === 8) return end('closed by server')
        if (next.opcode === 10 && next.payload.equals(mark)) return end('alive')
      }
    })
    socket.write(handshake(random, `127.0.0.1:${port}`))
  })
}
