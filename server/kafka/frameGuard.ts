/**
 * Stands between a socket and the protocol library. A node that is not ours may send anything: a length of 2 GB that is
 * to be buffered, a negative one, an HTTP page. Bytes go on to the library only inside frames of a believable size, and
 * what the library throws at them ends the connection, never the process.
 */
import type { Socket } from 'node:net'
import { KafkaFailure } from './failure.ts'

/** More than any answer that we ask for: a fetch of 1 MiB may carry one oversized batch (metadata batches are <= 8 MiB). */
const MAX_FRAME_BYTES = 32 * 1024 * 1024
/** A correlation id at least. */
const MIN_FRAME_BYTES = 4

/** Follows size-prefixed frames through arbitrarily cut chunks. */
export class FrameMeter {
  #remaining = 0
  #header: number[] = []

  /** @returns the impossible frame length met in this chunk, or `null`. */
  accept(chunk: Uint8Array): number | null {
    let position = 0
    while (position < chunk.length) {
      if (this.#remaining > 0) {
        const taken = Math.min(this.#remaining, chunk.length - position)
        this.#remaining -= taken
        position += taken
        continue
      }
      this.#header.push(chunk[position] ?? 0)
      position += 1
      if (this.#header.length === 4) {
        const length = Buffer.from(this.#header).readInt32BE(0)
        this.#header = []
        if (length < MIN_FRAME_BYTES || length > MAX_FRAME_BYTES) return length
        this.#remaining = length
      }
    }
    return null
  }
}

/** What the four bytes are that should have been a length. */
function impossibleLength(length: number, address: string): KafkaFailure {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(length)
  // A TLS record: alert (21) or handshake (22), version 3.x (RFC 8446, 5.1).
  if ((bytes[0] === 21 || bytes[0] === 22) && bytes[1] === 3) {
    return new KafkaFailure('tls-required', address, 'the listener speaks TLS, we do not')
  }
  const what = bytes.toString('latin1') === 'HTTP' ? 'it answers in HTTP' : `it announces an answer of ${length} bytes`
  return new KafkaFailure('not-kafka', address, `this is no Kafka listener: ${what}`)
}

/** Call when the socket has just connected and the library has put its listener on. */
export function guardFrames(socket: Socket, address: string): void {
  const listeners = socket.listeners('data') as ((chunk: Buffer) => void)[]
  socket.removeAllListeners('data')
  const meter = new FrameMeter()
  socket.on('data', (chunk: Buffer) => {
    if (socket.destroyed) return
    const impossible = meter.accept(chunk)
    if (impossible !== null) {
      socket.destroy(impossibleLength(impossible, address))
      return
    }
    try {
      for (const listener of listeners) listener(chunk)
    } catch (error) {
      socket.destroy(new KafkaFailure('hostile-answer', address, 'the answer cannot be read', { cause: error }))
    }
  })
}
