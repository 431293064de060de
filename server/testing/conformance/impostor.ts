/**
 * A node that is none: it answers ApiVersions as it is told to, and nothing else. With it a quorum is shown what no
 * released Kafka offers it: a candidate of another kraft.version, one that refuses, one that only pretends to fetch.
 */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { Writer } from '@platformatic/kafka'
import type { Address } from '../../kafka/connection.ts'

/** Ids of impostors begin here, another one each time: Kafka keeps the connection to an id, wherever it went. */
let nextId = 1_000
const API_VERSIONS = 18
/** Longer than any request to a candidate. */
const MAX_FRAME_BYTES = 64 * 1024

export interface Manners {
  /** Error code of the answer; the first of a connection is always good, it is the client's own negotiation. */
  error: number
  /** Announced range of kraft.version; `null`: the feature is not known. */
  kraft: readonly [number, number] | null
}

function apiVersionsAnswer(correlationId: number, { error, kraft }: Manners): Buffer {
  const writer = Writer.create()
    .appendInt32(correlationId)
    .appendInt16(error)
    .appendArray([API_VERSIONS], (w, key) => w.appendInt16(key).appendInt16(0).appendInt16(4))
    .appendInt32(0) // ThrottleTimeMs
  if (kraft === null) return writer.appendTaggedFields().buffer
  const supported = Writer.create().appendArray([kraft], (w, [min, max]) =>
    w.appendString('kraft.version').appendInt16(min).appendInt16(max),
  )
  return writer
    .appendUnsignedVarInt(1)
    .appendUnsignedVarInt(0)
    .appendUnsignedVarInt(supported.length)
    .append(supported.buffer).buffer
}

export class Impostor {
  readonly id: number
  readonly directoryId = randomBytes(16).toString('base64url')
  manners: Manners = { error: 0, kraft: [0, 1] }
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    nextId += 1
    this.id = nextId
    server.on('connection', (socket) => this.#accept(socket))
  }

  static async listen(): Promise<Impostor> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return new Impostor(server)
  }

  get address(): Address {
    return { host: 'localhost', port: (this.#server.address() as AddressInfo).port }
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    let bytes = Buffer.alloc(0)
    let answered = 0
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4) {
        const length = bytes.readInt32BE(0)
        if (length < 8 || length > MAX_FRAME_BYTES) return socket.destroy()
        if (bytes.length < 4 + length) return
        const apiKey = bytes.readInt16BE(4)
        const correlationId = bytes.readInt32BE(8)
        bytes = bytes.subarray(4 + length)
        if (apiKey !== API_VERSIONS) continue
        const body = apiVersionsAnswer(correlationId, answered === 0 ? { ...this.manners, error: 0 } : this.manners)
        const head = Buffer.alloc(4)
        head.writeInt32BE(body.length)
        socket.write(Buffer.concat([head, body]))
        answered += 1
      }
      return
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}
