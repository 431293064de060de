/** One connected browser, and how many of them are served in turn. */
import { type RawData, WebSocket } from 'ws'
import { ClientMessage } from '../../contract/live.ts'
import type { Person } from '../../contract/room/presence.ts'
import type { Session } from '../../contract/session.ts'

/** Unsent bytes at which a client counts as slow. */
const SLOW_AT_BYTES = 256 * 1024
/** Sends in one go before the event loop gets its turn. */
const SENDS_AT_ONCE = 500

export interface Client {
  socket: WebSocket
  /** The wall that it is; `null`: a person, or a script. */
  wall: NonNullable<Session['wall']> | null
  /** As it was when it connected; when it changes, the connection ends. */
  session: Session
  /** What it may do, as text to be compared. */
  rights: string
  /** Per subscribed cluster the `seq` that the client has; `null` where it needs a snapshot. */
  seqs: Map<string, number | null>
  /** Per subscribed cluster the id of the run that the client follows. */
  follows: Map<string, string>
  /** Per subscribed cluster who looks at it from here; whoever tells nothing is only counted. */
  here: Map<string, Person>
  /** Id of the person on this connection; `null` until it is told. */
  actor: string | null
  messages: number
  /** Snapshots that it asked for in this second. */
  resyncs: number
  alive: boolean
  /** The session that it came with as it is now; `null`: it counts no more. */
  sessionNow: () => Session | null
}

/** Everything else gets its turn between two chunks. */
export function inChunks(clients: Iterable<Client>, work: (client: Client) => void): void {
  const queue = [...clients]
  const chunk = () => {
    for (const client of queue.splice(0, SENDS_AT_ONCE)) if (client.socket.readyState === WebSocket.OPEN) work(client)
    if (queue.length > 0) setImmediate(chunk)
  }
  chunk()
}

/** It reads too slowly: what is sent to it would grow this process. */
export function slow({ socket }: Client): boolean {
  return socket.bufferedAmount > SLOW_AT_BYTES
}

/** `null` for what is no message of this protocol. */
export function parse(data: RawData): ClientMessage | null {
  try {
    return ClientMessage.parse(JSON.parse(data.toString()))
  } catch {
    return null
  }
}
