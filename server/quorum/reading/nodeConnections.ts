/** One connection to every node that we know, opened when first asked for and kept. */
import { hostPort } from '../../contract/hostPort.ts'
import { type Address, KafkaConnection, type Security } from '../../kafka/connection.ts'

/** A node that does not take a connection or answer within this time counts as not answering, in ms. */
export const ANSWER_TIMEOUT_MS = 1500

export class NodeConnections {
  readonly #security: Security
  readonly #open = new Map<string, Promise<KafkaConnection>>()
  #closed = false

  constructor(security: Security) {
    this.#security = security
  }

  /** @throws KafkaFailure */
  async get(address: Address): Promise<KafkaConnection> {
    const key = hostPort(address)
    // Several callers may wait for one that breaks: the first to come back opens the new one, the others find it.
    for (let known = this.#open.get(key); known !== undefined; known = this.#open.get(key)) {
      const existing = await known.catch(() => null)
      if (existing?.isOpen) return existing
      if (this.#open.get(key) === known) this.#open.delete(key)
    }
    const fresh = this.openOwn(address)
    this.#open.set(key, fresh)
    fresh.catch(() => {
      if (this.#open.get(key) === fresh) this.#open.delete(key)
    })
    return await fresh
  }

  /** Closes what leads to none of these addresses: a node that has left, or was moved, is asked no more. */
  keepOnly(addresses: ReadonlySet<string>): void {
    for (const [key, opening] of this.#open) {
      if (addresses.has(key)) continue
      this.#open.delete(key)
      opening.then(
        (connection) => connection.close(),
        () => {},
      )
    }
  }

  /** A connection of the caller's own: a long poll would hold up other requests on a shared one. */
  async openOwn(address: Address, requestTimeoutMs = ANSWER_TIMEOUT_MS): Promise<KafkaConnection> {
    const connection = await KafkaConnection.open(address, this.#security, {
      connectTimeoutMs: ANSWER_TIMEOUT_MS,
      requestTimeoutMs,
    })
    if (this.#closed) connection.close()
    return connection
  }

  close(): void {
    this.#closed = true
    this.keepOnly(new Set())
  }
}
