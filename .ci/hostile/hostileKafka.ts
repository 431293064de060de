/**
 * TCP servers that the product takes for controllers. Most answers are honest ones of real servers, so that the product
 * goes on to the next question; the others are mutated, framed with lies, late, endless, or never come.
 */
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { mutated } from './mutation.ts'
import { Random } from './random.ts'
import { type RecordedAnswer, recordedAnswers, relocated } from './recordedAnswers.ts'

const API_VERSIONS = 18
const FETCH = 1
const FETCH_SNAPSHOT = 59
/** Beyond the envelope of a fetch of records, in bytes. */
const RECORDS_AT = 150
const DESCRIBE_QUORUM = 55
/** Bytes of one endless answer, at most. */
const ENDLESS_BYTES = 4 * 1024 * 1024
/** A server holds a long poll back for a while; this one holds it back only for a moment, in ms. */
const FETCH_WAIT_MS = 10
/** Where DescribeQuorum v1-v2 carries the leader's epoch: after error, topic `__cluster_metadata`, partition, leader. */
const EPOCH_AT = 35
const LAST_EPOCH = 0x7fffffff
/** A connection ends after this long at the latest, in ms: a lie about the offered APIs is believed as long as it lasts. */
const LIFE_MS = 3000

export interface HostileKafka {
  /** `localhost:port` of every server. */
  addresses: string[]
  /** Hostile answers sent so far, by kind; honest ones are not counted. */
  sent: Map<string, number>
  total(): number
  close(): Promise<void>
}

interface Question {
  apiKey: number
  version: number
  correlationId: number
}

type Trick = (socket: Socket, frame: Buffer, random: Random) => void

function framed(payload: Buffer, length = payload.length): Buffer {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(length)
  return Buffer.concat([prefix, payload])
}

const TRICKS: Record<string, Trick> = {
  'length too large': (socket, frame, random) => socket.write(framed(frame, frame.length + 1 + random.below(1000))),
  'length too small': (socket, frame, random) => socket.write(framed(frame, random.below(frame.length))),
  'length of gigabytes': (socket, frame, random) => socket.write(framed(frame, 0x40000000 + random.below(0x3fffffff))),
  'length below zero': (socket, frame, random) => socket.write(framed(frame, -1 - random.below(0x7fffffff))),
  'wrong correlation id': (socket, frame, random) => {
    const copy = Buffer.from(frame)
    copy.writeUInt32BE(random.word(), 0)
    socket.write(framed(copy))
  },
  'answered twice': (socket, frame) => socket.write(Buffer.concat([framed(frame), framed(frame)])),
  garbage: (socket, _frame, random) => socket.write(random.bytes(1 + random.below(2000))),
  'another protocol': (socket, _frame, random) =>
    socket.write(
      random.pick([
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        '\x15\x03\x03\x00\x02\x02\x28',
        'SSH-2.0-OpenSSH_9.9\r\n',
        '\0',
      ]),
    ),
  'cut off': (socket, frame, random) => socket.end(framed(frame).subarray(0, random.below(frame.length + 4))),
  'byte by byte': (socket, frame) => {
    socket.setNoDelay(true)
    for (const byte of framed(frame).subarray(0, 3000)) socket.write(Buffer.from([byte]))
  },
  reset: (socket) => socket.resetAndDestroy(),
  closed: (socket) => socket.end(),
  never: () => {},
  endless: (socket, frame, random) => {
    const part = framed(frame)
    // Believable frames that nobody asked for, or one frame that goes on and on.
    const whole = random.oneIn(2) ? framed(Buffer.alloc(0), 30 * 1024 * 1024) : part
    socket.write(whole)
    for (let sent = 0; sent < ENDLESS_BYTES && !socket.destroyed; sent += 64 * 1024)
      socket.write(random.bytes(1024).toString('hex'))
  },
}
const TRICK_NAMES = Object.keys(TRICKS)

export async function startHostileKafka(seed: number, servers: number): Promise<HostileKafka> {
  const sent = new Map<string, number>()
  const sockets = new Set<Socket>()
  const listening: Server[] = []
  const addresses: string[] = []
  const count = (kind: string) => sent.set(kind, (sent.get(kind) ?? 0) + 1)
  for (let index = 0; index < servers; index += 1) {
    const random = Random.of(seed, index)
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {})
      // Every third one leads and lies in its log only, so that the tail stays on it.
      serve(socket, answers, random, index % 3 === 0 ? 'log' : 'everything', count)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const answers = recordedAnswers().map((a) => ({ ...a, body: believed(a, port) }))
    listening.push(server)
    addresses.push(`localhost:${port}`)
  }
  return {
    addresses,
    sent,
    total: () => [...sent.values()].reduce((sum, n) => sum + n, 0),
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

/** At this server's port, and of the last epoch there is: after a mutated epoch no other one would be believed again. */
function believed({ apiKey, version, body }: RecordedAnswer, port: number): Buffer {
  const copy = relocated(body, port)
  // A follower's error stands before the leader, of whom it then tells zeroes.
  if (apiKey === DESCRIBE_QUORUM && version === 2 && copy.readInt16BE(EPOCH_AT - 7) === 0)
    copy.writeInt32BE(LAST_EPOCH, EPOCH_AT)
  return copy
}

type Lies = 'everything' | 'log'

function serve(
  socket: Socket,
  answers: RecordedAnswer[],
  random: Random,
  lies: Lies,
  count: (kind: string) => void,
): void {
  let rest: Buffer = Buffer.alloc(0)
  const death = setTimeout(() => socket.destroy(), random.below(LIFE_MS))
  socket.on('close', () => clearTimeout(death))
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 12) {
      const length = rest.readInt32BE(0)
      if (rest.length < 4 + length) return
      const question = { apiKey: rest.readInt16BE(4), version: rest.readInt16BE(6), correlationId: rest.readInt32BE(8) }
      rest = rest.subarray(4 + length)
      const reply = () => {
        if (!socket.destroyed) answer(socket, question, answers, random, lies, count)
      }
      if (question.apiKey === FETCH) setTimeout(reply, FETCH_WAIT_MS)
      else reply()
    }
  })
}

/** An answer of a controller that leads, with all that the question asks for. */
function isOfLeader({ apiKey, body }: RecordedAnswer): boolean {
  if (apiKey === DESCRIBE_QUORUM) return body.length > EPOCH_AT + 4 && body.readInt32BE(EPOCH_AT) === LAST_EPOCH
  return body.length > RECORDS_AT
}

/** The envelope stays as it is, so that the records are looked into. */
function wrongRecords(honest: Buffer, random: Random): Buffer {
  const copy = Buffer.from(honest)
  for (let i = random.below(6); i >= 0; i -= 1) {
    copy[RECORDS_AT + random.below(copy.length - RECORDS_AT)] = random.oneIn(3) ? 0xff : random.below(256)
  }
  return copy
}

function answer(
  socket: Socket,
  { apiKey, version, correlationId }: Question,
  answers: RecordedAnswer[],
  random: Random,
  lies: Lies,
  count: (kind: string) => void,
): void {
  const fitting = answers.filter((a) => a.apiKey === apiKey && a.version === version)
  const able = fitting.filter((a) => isOfLeader(a))
  const chosen = lies === 'log' && able.length > 0 ? able : fitting
  const pool = (chosen.length > 0 ? chosen : answers).map((a) => a.body)
  const honest = random.pick(pool)
  const header = Buffer.alloc(apiKey === API_VERSIONS ? 4 : 5)
  header.writeInt32BE(correlationId)
  // Whoever lies in the first answer learns nothing of the later ones.
  const aboutLog = apiKey === FETCH || apiKey === FETCH_SNAPSHOT
  const patience = lies === 'log' && !aboutLog ? 100 : apiKey === API_VERSIONS ? 8 : 2
  if (!random.oneIn(patience)) {
    socket.write(framed(Buffer.concat([header, honest])))
    return
  }
  if (aboutLog && honest.length > RECORDS_AT && random.oneIn(2)) {
    count('wrong bytes in records')
    socket.write(framed(Buffer.concat([header, wrongRecords(honest, random)])))
    return
  }
  if (!random.oneIn(5)) {
    count('mutated body')
    socket.write(framed(Buffer.concat([header, mutated(honest, random, pool)])))
    return
  }
  const name = random.pick(TRICK_NAMES)
  count(name)
  TRICKS[name]?.(socket, Buffer.concat([header, honest]), random)
}
