/**
 * For tests: a TCP proxy before one Kafka node that loses answers, cuts connections after a request, and holds requests
 * back, by API. It reads the frames of the Kafka protocol (int32 size; a request begins with int16 API key, int16 version,
 * int32 correlation id, an answer with int32 correlation id), so it stands on PLAINTEXT listeners only.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface LossyProxy {
  readonly host: '127.0.0.1'
  readonly port: number
  /** From now on the node gets requests of these APIs and its answers to them are swallowed; the connection stays open. */
  dropAnswersTo(apiKeys: number[]): void
  /** From now on the node gets requests of these APIs, and the client's connection is then destroyed without an answer. */
  cutAfterRequest(apiKeys: number[]): void
  /** From now on requests of these APIs wait here, and whatever follows on the same connection behind them. */
  holdRequests(apiKeys: number[]): void
  /** The node gets everything held, also where the client has gone meanwhile; later requests are not held. */
  releaseHeld(): void
  /** Requests that are held. */
  held(): number
  /** Answers that the node has given and that no client got: so many requests were carried out unheard. */
  dropped(): number
  close(): Promise<void>
}

/** Cuts a stream of bytes into frames; each keeps its size field. */
class Frames {
  #bytes = Buffer.alloc(0)

  push(chunk: Buffer): Buffer[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    const frames: Buffer[] = []
    while (this.#bytes.length >= 4) {
      const size = this.#bytes.readInt32BE(0)
      if (size < 4) throw new RangeError(`a frame announces ${size} bytes: this is no Kafka protocol`)
      if (this.#bytes.length < 4 + size) break
      frames.push(this.#bytes.subarray(0, 4 + size))
      this.#bytes = this.#bytes.subarray(4 + size)
    }
    return frames
  }
}

interface Rules {
  drop: Set<number>
  cut: Set<number>
  hold: Set<number>
}

/** One client and its own connection to the node. */
class Relay {
  readonly #client: Socket
  readonly #node: Socket
  readonly #rules: Rules
  readonly #onDropped: () => void
  /** Requests in their order; the first one is held back, the rest stands behind it. */
  readonly #waiting: Buffer[] = []
  /** Correlation ids whose answers are swallowed. */
  readonly #unheard = new Set<number>()

  constructor(client: Socket, node: Socket, rules: Rules, onDropped: () => void) {
    this.#client = client
    this.#node = node
    this.#rules = rules
    this.#onDropped = onDropped
    const requests = new Frames()
    const answers = new Frames()
    client.on('data', (chunk: Buffer) => this.#guarded(() => this.#take(requests.push(chunk))))
    node.on('data', (chunk: Buffer) => this.#guarded(() => this.#answer(answers.push(chunk))))
    // A reset is as good as a close here; both are followed by 'close'.
    client.on('error', () => {})
    node.on('error', () => {})
    client.on('close', () => this.#endWhenIdle())
    node.on('close', () => client.destroy())
  }

  get held(): number {
    return this.#waiting.filter((frame) => this.#rules.hold.has(apiKeyOf(frame))).length
  }

  release(): void {
    for (const frame of this.#waiting.splice(0)) this.#forward(frame)
  }

  destroy(): void {
    this.#client.destroy()
    this.#node.destroy()
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch {
      this.destroy()
    }
  }

  #take(frames: Buffer[]): void {
    for (const frame of frames) {
      if (this.#client.destroyed) return
      const waits = this.#waiting.length > 0 || this.#rules.hold.has(apiKeyOf(frame))
      if (waits) this.#waiting.push(frame)
      else this.#forward(frame)
    }
  }

  #forward(frame: Buffer): void {
    const apiKey = apiKeyOf(frame)
    const cut = this.#rules.cut.has(apiKey)
    if (cut || this.#client.destroyed || this.#rules.drop.has(apiKey)) this.#unheard.add(frame.readInt32BE(8))
    this.#node.write(frame)
    if (cut) this.#client.destroy()
  }

  #answer(frames: Buffer[]): void {
    for (const frame of frames) {
      if (this.#unheard.delete(frame.readInt32BE(4))) this.#onDropped()
      else if (!this.#client.destroyed) this.#client.write(frame)
    }
    if (this.#client.destroyed) this.#endWhenIdle()
  }

  /** A client that has gone leaves its connection to the node until what it asked for has arrived and been answered. */
  #endWhenIdle(): void {
    if (this.#waiting.length === 0 && this.#unheard.size === 0) this.#node.end()
  }
}

function apiKeyOf(request: Buffer): number {
  return request.readInt16BE(4)
}

export async function lossyProxy(target: { host: string; port: number }): Promise<LossyProxy> {
  const rules: Rules = { drop: new Set(), cut: new Set(), hold: new Set() }
  const relays = new Set<Relay>()
  let dropped = 0
  const server = createServer((client) => {
    const node = connect(target)
    const relay = new Relay(client, node, rules, () => {
      dropped += 1
    })
    relays.add(relay)
    node.once('close', () => relays.delete(relay))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    dropAnswersTo: (apiKeys) => {
      rules.drop = new Set(apiKeys)
    },
    cutAfterRequest: (apiKeys) => {
      rules.cut = new Set(apiKeys)
    },
    holdRequests: (apiKeys) => {
      rules.hold = new Set(apiKeys)
    },
    releaseHeld: () => {
      rules.hold = new Set()
      for (const relay of relays) relay.release()
    },
    held: () => [...relays].reduce((sum, relay) => sum + relay.held, 0),
    dropped: () => dropped,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const relay of relays) relay.destroy()
      await closed
    },
  }
}
