/**
 * The page's one websocket: connects, subscribes to what the page watches, notices silence, and comes back by itself
 * after a restart of the server. It keeps the pulse of each cluster; what the messages say goes to `LiveSink`.
 */
import { type ClientMessage, PROTOCOL_VERSION, ServerMessage } from '../../server/contract/live.ts'
import type { AccessRole } from '../../server/contract/session.ts'
import './jitless.ts'
import { backoffMs } from './backoff.ts'
import { type Pulse, pulseAfter } from './clusterState.ts'

export type ClusterMessage = Extract<ServerMessage, { cluster: string }>

export interface LiveSink {
  /** Takes a message in; `gap` when it does not follow what is held. */
  receive(message: ClusterMessage): 'taken' | 'gap'
  /** The newest view that is held, for the server to go on from. */
  held(cluster: string): { serverRunId: string; seq: number } | null
  /** The server lets this page in only after signing in. */
  signInNeeded(): void
  /** A connection could not be opened; a refused sign-in looks the same to a browser, so somebody has to ask. */
  couldNotConnect(): void
  /** The server speaks a newer protocol than this page. */
  outdated(): void
  /** A new connection stands: whatever happened meanwhile was missed. */
  connected(): void
}

export interface Connection {
  readonly phase: 'connecting' | 'open' | 'waiting'
  /** At least one message of each watched cluster arrives in this time. */
  readonly heartbeatMs: number
  readonly role: AccessRole | null
  /** What the server last refused, in its words. */
  readonly refusal: { readonly code: string; readonly message: string; readonly remedy: string } | null
}

const CONNECT_LIMIT_MS = 5_000
/** A connection that is silent for so many heartbeats is given up, even where TCP believes in it. */
const DEAD_AFTER_HEARTBEATS = 5
const SIGN_IN_NEEDED = 4401

interface Watched {
  readers: number
  sinceMs: number
  pulse: Pulse | null
  /** Deltas are dropped until the snapshot that was asked for arrives. */
  awaitingSnapshot: boolean
}

export class LiveSocket {
  readonly #open: () => WebSocket
  readonly #sink: LiveSink
  readonly #nowMs: () => number
  readonly #watched = new Map<string, Watched>()
  /** The run that the page follows, by cluster. */
  readonly #followed = new Map<string, string>()
  readonly #listeners = new Set<() => void>()
  #connection: Connection = { phase: 'connecting', heartbeatMs: 1_000, role: null, refusal: null }
  #socket: WebSocket | null = null
  #greeted = false
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | null = null
  #watchdog: ReturnType<typeof setInterval> | null = null
  #heardAtMs = 0

  constructor(open: () => WebSocket, sink: LiveSink, nowMs: () => number) {
    this.#open = open
    this.#sink = sink
    this.#nowMs = nowMs
  }

  readonly connection = (): Connection => this.#connection

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pulse(cluster: string): Pulse | null {
    return this.#watched.get(cluster)?.pulse ?? null
  }

  watchedSinceMs(cluster: string): number | null {
    return this.#watched.get(cluster)?.sinceMs ?? null
  }

  /** Begins to watch a cluster. @returns a function that stops watching it */
  watch(cluster: string): () => void {
    const known = this.#watched.get(cluster)
    if (known !== undefined) known.readers++
    else {
      this.#watched.set(cluster, { readers: 1, sinceMs: this.#nowMs(), pulse: null, awaitingSnapshot: true })
      // What was refused before was refused to another page.
      if (this.#connection.refusal !== null) this.#setState({ refusal: null })
      if (this.#greeted) this.#subscribeTo(cluster)
    }
    this.#start()
    return () => {
      const watched = this.#watched.get(cluster)
      if (watched === undefined || --watched.readers > 0) return
      this.#watched.delete(cluster)
      if (this.#greeted) this.#send({ type: 'unsubscribe', cluster })
    }
  }

  /** Asks for one run of a watched cluster whole, again after each new connection. @returns a function that stops asking */
  follow(cluster: string, workflow: string): () => void {
    this.#followed.set(cluster, workflow)
    if (this.#greeted && this.#watched.has(cluster)) this.#send({ type: 'follow', cluster, workflow })
    return () => {
      if (this.#followed.get(cluster) !== workflow) return
      this.#followed.delete(cluster)
      if (this.#greeted && this.#watched.has(cluster)) this.#send({ type: 'follow', cluster, workflow: null })
    }
  }

  /** Somebody looks at the page again, or the network is back: do not wait for the next attempt. */
  recheck(): void {
    if (this.#socket === null) {
      if (this.#watched.size === 0) return
      this.#attempt = 0
      this.#connect()
      return
    }
    if (!this.#greeted) return
    for (const cluster of this.#watched.keys()) this.#send({ type: 'resync', cluster })
  }

  close(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    if (this.#watchdog !== null) clearInterval(this.#watchdog)
    this.#retry = null
    this.#watchdog = null
    this.#drop()
  }

  #start(): void {
    if (this.#socket === null && this.#retry === null) this.#connect()
    this.#watchdog ??= setInterval(() => this.#checkHeartbeat(), 1_000)
  }

  #connect(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#retry = null
    this.#drop()
    this.#heardAtMs = this.#nowMs()
    this.#setState({ phase: 'connecting' })
    const socket = this.#open()
    this.#socket = socket
    socket.onmessage = (event) => this.#onMessage(String(event.data))
    socket.onclose = (event) => {
      const greeted = this.#greeted
      this.#drop()
      if (event.code === SIGN_IN_NEEDED) this.#sink.signInNeeded()
      else if (!greeted) this.#sink.couldNotConnect()
      this.#scheduleReconnect()
    }
  }

  #scheduleReconnect(): void {
    this.#setState({ phase: 'waiting' })
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#connect(), backoffMs(this.#attempt++, Math.random()))
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#greeted = false
    if (socket === null) return
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }

  /** Gives up a connection that hangs: half open after a network change, or a server that is stopped. */
  #checkHeartbeat(): void {
    if (this.#socket === null) return
    const silentMs = this.#nowMs() - this.#heardAtMs
    const patienceMs = this.#greeted
      ? Math.max(DEAD_AFTER_HEARTBEATS * this.#connection.heartbeatMs, CONNECT_LIMIT_MS)
      : CONNECT_LIMIT_MS
    if (silentMs <= patienceMs || (this.#greeted && this.#watched.size === 0)) return
    this.#drop()
    this.#scheduleReconnect()
  }

  #onMessage(text: string): void {
    const message = readMessage(text)
    if (message === null) return
    const nowMs = this.#nowMs()
    this.#heardAtMs = nowMs
    switch (message.type) {
      case 'hello':
        if (message.protocol !== PROTOCOL_VERSION) {
          this.#sink.outdated()
          return
        }
        this.#greeted = true
        this.#attempt = 0
        this.#setState({ phase: 'open', heartbeatMs: message.heartbeatMs, role: message.role, refusal: null })
        for (const cluster of this.#watched.keys()) this.#subscribeTo(cluster, message.serverRunId)
        this.#sink.connected()
        return
      case 'error':
        this.#setState({ refusal: { code: message.code, message: message.message, remedy: message.remedy } })
        return
      default:
        this.#hearOfCluster(message, nowMs)
    }
  }

  #hearOfCluster(message: ClusterMessage, nowMs: number): void {
    const watched = this.#watched.get(message.cluster)
    if (watched === undefined) return
    watched.pulse = pulseAfter(watched.pulse, message, nowMs)
    if (message.type === 'snapshot') watched.awaitingSnapshot = false
    if (message.type === 'delta' && watched.awaitingSnapshot) return
    if (this.#sink.receive(message) === 'taken') return
    watched.awaitingSnapshot = true
    this.#send({ type: 'resync', cluster: message.cluster })
  }

  #subscribeTo(cluster: string, serverRunId?: string): void {
    const watched = this.#watched.get(cluster)
    if (watched === undefined) return
    const held = this.#sink.held(cluster)
    const goesOn = held !== null && (serverRunId === undefined || held.serverRunId === serverRunId)
    watched.awaitingSnapshot = !goesOn
    this.#send({ type: 'subscribe', cluster, ...(goesOn ? held : {}) })
    const workflow = this.#followed.get(cluster)
    if (workflow !== undefined) this.#send({ type: 'follow', cluster, workflow })
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message))
  }

  #setState(change: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** `null` for what is no message of this protocol; it is as if nothing had arrived. */
function readMessage(text: string): ServerMessage | null {
  try {
    const parsed = ServerMessage.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
