/** Cuts a byte stream into Kafka's size-prefixed frames, holding no more than one frame of a bounded size. */
import { MalformedBytes } from './wire/byteReader.ts'

/** Requests here are small; Kafka's own bound is socket.request.max.bytes (100 MiB). */
export const MAX_FRAME_BYTES = 1024 * 1024

export class FrameSplitter {
  #chunks: Buffer[] = []
  #held = 0

  /** Whole frames (without their size) that are complete now. Throws `MalformedBytes` at a size that cannot be. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    const frames: Buffer[] = []
    for (;;) {
      if (this.#held < 4) return frames
      const bytes = this.#joined()
      const size = bytes.readInt32BE(0)
      if (size < 0 || size > MAX_FRAME_BYTES) throw new MalformedBytes(`frame of ${size} bytes`)
      if (bytes.length < size + 4) return frames
      frames.push(bytes.subarray(4, size + 4))
      const rest = bytes.subarray(size + 4)
      this.#chunks = rest.length === 0 ? [] : [rest]
      this.#held = rest.length
    }
  }

  #joined(): Buffer {
    const [first] = this.#chunks
    if (this.#chunks.length === 1 && first !== undefined) return first
    const bytes = Buffer.concat(this.#chunks)
    this.#chunks = [bytes]
    return bytes
  }
}
