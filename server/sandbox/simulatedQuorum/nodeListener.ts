/**
 * The TCP server of one listener of a simulated node. Like a process it can be gone (connections refused and cut) or
 * frozen (connections accepted, nothing read). Answers go out in the order of the requests of a connection.
 */
import { createServer, type Server, type Socket } from 'node:net'
import type { ClientResponse } from './core/api/rpc.ts'
import type { Profile } from './core/profiles.ts'
import type { Driver } from './driver.ts'
import { FrameSplitter } from './frames.ts'
import { type ListenerKind, parseRequest } from './wire/dispatch.ts'

/** Requests of one connection that may wait for their answers; a client that sends more is not read for a while. */
const MAX_WAITING_PER_CONNECTION = 100
const MAX_CONNECTIONS = 1_000

export interface ListenerOptions {
  readonly nodeId: number
  readonly kind: ListenerKind
  readonly host: string
  readonly port: number
}

export class NodeListener {
  readonly options: ListenerOptions
  readonly #driver: Driver
  readonly #profile: Profile
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()
  #isFrozen = false

  constructor(options: ListenerOptions, driver: Driver, profile: Profile) {
    this.options = options
    this.#driver = driver
    this.#profile = profile
  }

  get isOpen(): boolean {
    return this.#server !== null
  }

  async open(): Promise<void> {
    if (this.#server !== null) return
    const server = createServer((socket) => this.#accept(socket))
    server.maxConnections = MAX_CONNECTIONS
    const { host, port, nodeId } = this.options
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`Port ${port} of node ${nodeId} was taken by another program while the node was stopped`)
            : error,
        ),
      )
      server.listen({ host, port }, resolve)
    })
    this.#server = server
    this.#isFrozen = false
  }

  /** The process is gone: its port refuses, its connections are cut. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  freeze(): void {
    this.#isFrozen = true
    for (const socket of this.#sockets) socket.pause()
  }

  resume(): void {
    this.#isFrozen = false
    for (const socket of this.#sockets) socket.resume()
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    if (this.#isFrozen) socket.pause()
    const splitter = new FrameSplitter()
    const answers = new OrderedAnswers(socket, () => this.#isFrozen)
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of splitter.push(chunk)) this.#handle(frame, answers)
      } catch {
        // Malformed or hostile bytes: a Kafka server closes the connection and says nothing.
        socket.destroy()
      }
    })
  }

  #handle(frame: Buffer, answers: OrderedAnswers): void {
    const { nodeId, kind } = this.options
    const parsed = parseRequest(frame, kind, this.#profile)
    const answer = answers.expect()
    if (parsed.kind === 'frame') {
      answer(parsed.frame)
      return
    }
    this.#driver.ask({ nodeId, listener: kind }, parsed.request, (response) => answer(frameOf(response, parsed.answer)))
  }
}

/** `null` closes the connection: the process went away, or the answer cannot be written. */
function frameOf(response: ClientResponse, write: (response: ClientResponse) => Buffer): Buffer | null {
  return response.api === 'disconnected' ? null : write(response)
}

/** Sends answers in the order in which they were asked for, whenever they come. */
class OrderedAnswers {
  readonly #socket: Socket
  readonly #isFrozen: () => boolean
  #waiting: { frame: Buffer | null; done: boolean }[] = []
  /** The client does not take its answers: it is not read until it does. */
  #isFull = false

  constructor(socket: Socket, isFrozen: () => boolean) {
    this.#socket = socket
    this.#isFrozen = isFrozen
    socket.on('drain', () => {
      this.#isFull = false
      this.#readOn()
    })
  }

  #readOn(): void {
    const isBusy = this.#isFull || this.#waiting.length >= MAX_WAITING_PER_CONNECTION
    if (!isBusy && !this.#isFrozen()) this.#socket.resume()
  }

  expect(): (frame: Buffer | null) => void {
    const slot: { frame: Buffer | null; done: boolean } = { frame: null, done: false }
    this.#waiting.push(slot)
    if (this.#waiting.length >= MAX_WAITING_PER_CONNECTION) this.#socket.pause()
    return (frame) => {
      slot.frame = frame
      slot.done = true
      this.#flush()
    }
  }

  #flush(): void {
    while (this.#waiting[0]?.done === true) {
      const frame = this.#waiting.shift()?.frame ?? null
      if (frame === null) {
        this.#socket.destroy()
        return
      }
      if (!this.#socket.destroyed && !this.#socket.write(frame)) {
        this.#isFull = true
        this.#socket.pause()
      }
    }
    this.#readOn()
  }
}
