/**
 * The page's one websocket: transport alone. It parses what arrives, and does what `connection.ts` decides: opens, closes,
 * waits for the next attempt. What the messages mean is for whoever it hands them to.
 */
import {
  type ClientMessage,
  type ClusterMessage,
  PROTOCOL_VERSION,
  ServerMessage,
} from '../../../server/contract/live.ts'
import '../jitless.ts'
import {
  type Action,
  type Connection,
  type ConnectionEvent,
  connectionAfter,
  IDLE,
  type ServerTerms,
} from './connection.ts'

export interface LiveSink {
  receive(message: ClusterMessage, nowMs: number): void
  /** A new connection stands: whatever happened meanwhile was missed. */
  greeted(serverRunId: string): void
  /** The connection may have missed something while nobody could see the page. */
  resync(): void
  isWatching(): boolean
  /** The server lets this page in only after signing in. */
  signInNeeded(): void
  /** A connection could not be opened; a refused sign-in looks the same to a browser, so somebody has to ask. */
  couldNotConnect(): void
  /** The server speaks a newer protocol than this page. */
  outdated(): void
}

const CHECK_EVERY_MS = 1_000

export class LiveSocket {
  readonly #open: () => WebSocket
  readonly #sink: LiveSink
  readonly #nowMs: () => number
  readonly #listeners = new Set<() => void>()
  #connection: Connection = IDLE
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setInterval> | undefined

  constructor(open: () => WebSocket, sink: LiveSink, nowMs: () => number) {
    this.#open = open
    this.#sink = sink
    this.#nowMs = nowMs
  }

  /** What the server stated of itself; the same object until it states something else. */
  readonly terms = (): ServerTerms => this.#connection.terms

  /** Calls when `terms` is another. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Messages of a cluster are needed; `anew`: of one that was not watched. */
  want(anew: boolean): void {
    this.#take({ type: 'wanted', nowMs: this.#nowMs(), anew })
    this.#watchdog ??= setInterval(() => this.#checkHeartbeat(), CHECK_EVERY_MS)
  }

  /** Somebody looks at the page again, or the network is back. */
  recheck(): void {
    this.#take({ type: 'looked-at', nowMs: this.#nowMs(), isWatching: this.#sink.isWatching() })
  }

  /** To a server that has greeted; to another one, or to none, nothing is sent. */
  send(message: ClientMessage): void {
    if (this.#connection.state === 'open' && this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message))
  }

  close(): void {
    clearInterval(this.#watchdog)
    this.#watchdog = undefined
    this.#take({ type: 'ended' })
  }

  #onMessage(text: string): void {
    const message = readMessage(text)
    if (message === null) return
    const nowMs = this.#nowMs()
    switch (message.type) {
      case 'hello': {
        const { protocol, serverRunId, heartbeatMs, role } = message
        if (protocol !== PROTOCOL_VERSION) return this.#take({ type: 'outdated', nowMs })
        return this.#take({ type: 'greeted', nowMs, serverRunId, heartbeatMs, role })
      }
      case 'error': {
        const { code, message: text, remedy } = message
        return this.#take({ type: 'refused', nowMs, refusal: { code, message: text, remedy } })
      }
      default:
        this.#take({ type: 'received', nowMs })
        this.#sink.receive(message, nowMs)
    }
  }

  #checkHeartbeat(): void {
    const isWatching = this.#sink.isWatching()
    this.#take({ type: 'checked', nowMs: this.#nowMs(), isWatching, chance: Math.random() })
  }

  #take(event: ConnectionEvent): void {
    const { connection, actions } = connectionAfter(this.#connection, event)
    this.#setState(connection)
    for (const action of actions) this.#act(action)
  }

  #setState(connection: Connection): void {
    const before = this.#connection
    this.#connection = connection
    if (connection.terms !== before.terms) for (const listener of this.#listeners) listener()
  }

  #act(action: Action): void {
    switch (action.do) {
      case 'open':
        return this.#connect()
      case 'drop':
        return this.#drop()
      case 'retry':
        return this.#scheduleReconnect(action.inMs)
      case 'cancel-retry':
        return clearTimeout(this.#retry)
      case 'subscribe':
        return this.#sink.greeted(action.serverRunId)
      case 'resync':
        return this.#sink.resync()
      case 'sign-in':
        return this.#sink.signInNeeded()
      case 'ask-session':
        return this.#sink.couldNotConnect()
      case 'reload':
        return this.#sink.outdated()
      default:
        action satisfies never
    }
  }

  #connect(): void {
    const socket = this.#open()
    this.#socket = socket
    socket.onmessage = (event) => this.#onMessage(String(event.data))
    socket.onclose = ({ code }) => this.#take({ type: 'closed', code, chance: Math.random() })
  }

  #scheduleReconnect(inMs: number): void {
    this.#retry = setTimeout(() => this.#take({ type: 'retry-due', nowMs: this.#nowMs() }), inMs)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    if (socket === null) return
    socket.onmessage = null
    socket.onclose = null
    socket.close()
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
