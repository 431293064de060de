/** One websocket client that notes when each message came, and keeps the view by folding what it is told. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { applyDelta } from '../server/contract/delta.ts'
import type { ServerMessage } from '../server/contract/live.ts'
import type { QuorumView } from '../server/contract/quorumView.ts'

export interface Received {
  message: ServerMessage
  /** Wall clock of this machine, which is also the product's and Kafka's. */
  atMs: number
  bytes: number
}

export class LiveClient {
  readonly cluster: string
  readonly #socket: WebSocket
  readonly #listeners = new Set<(received: Received) => void>()
  view: QuorumView | null = null

  constructor(host: string, cluster: string) {
    this.cluster = cluster
    this.#socket = new WebSocket(`ws://${host}/ws`, { perMessageDeflate: false })
    this.#socket.on('error', () => {})
    this.#socket.on('open', () => this.#socket.send(JSON.stringify({ type: 'subscribe', cluster })))
    this.#socket.on('message', (data) => this.#onMessage(data.toString()))
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  #onMessage(text: string): void {
    const atMs = Date.now()
    const message = JSON.parse(text) as ServerMessage
    if (message.type === 'snapshot') this.view = message.view
    if (message.type === 'delta' && this.view !== null) {
      const next = applyDelta(this.view, message)
      if (next === null) this.#socket.send(JSON.stringify({ type: 'resync', cluster: this.cluster }))
      else this.view = next
    }
    for (const listener of this.#listeners) listener({ message, atMs, bytes: Buffer.byteLength(text) })
  }

  listen(listener: (received: Received) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The first message from now on, or with the view as it stands, for which `look` finds something. */
  next<T>(what: string, look: (received: Received) => T | null | false, withinMs = 60_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.listen((received) => {
        const found = look(received)
        if (found === null || found === false) return
        stop()
        clearTimeout(timer)
        resolve(found)
      })
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`never saw ${what}: ${JSON.stringify(this.view?.quorum)}`))
      }, withinMs)
    })
  }

  /** A view that fits: the present one, or the first that comes. */
  async seeing(what: string, fits: (view: QuorumView) => boolean, withinMs = 120_000): Promise<QuorumView> {
    if (this.view !== null && fits(this.view)) return this.view
    return await this.next(what, () => this.view !== null && fits(this.view) && this.view, withinMs)
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}
