/**
 * The page's connection to the server: its states, what may happen to it, and what is to be done then. Pure: time and chance
 * are in the events, and what is to be done is done by `liveSocket.ts`. Every event has an answer in every state.
 */
import type { AccessRole } from '../../../server/contract/session.ts'
import { backoffMs } from './backoff.ts'

/** What the server stated of itself and of this page; it outlives the connection on which it was stated. */
export interface ServerTerms {
  /** At least one message of each watched cluster arrives in this time. */
  readonly heartbeatMs: number
  readonly role: AccessRole | null
  /** What the server last refused, in its words. */
  readonly refusal: { readonly code: string; readonly message: string; readonly remedy: string } | null
}

export type Connection =
  /** Nothing is watched yet, or the page has ended. */
  | { readonly state: 'idle'; readonly terms: ServerTerms }
  /** A socket was opened, and the server has not greeted. `attempt` counts those before it that failed. */
  | {
      readonly state: 'connecting'
      readonly terms: ServerTerms
      readonly attempt: number
      readonly receivedAtMs: number
    }
  | { readonly state: 'open'; readonly terms: ServerTerms; readonly receivedAtMs: number }
  /** The last socket is gone, the next is opened in a while. */
  | { readonly state: 'waiting'; readonly terms: ServerTerms; readonly attempt: number }

export type ConnectionEvent =
  /** A page needs messages of a cluster; `anew`: of one that no page watched. */
  | { readonly type: 'wanted'; readonly nowMs: number; readonly anew: boolean }
  | ({ readonly type: 'greeted'; readonly nowMs: number; readonly serverRunId: string } & Omit<ServerTerms, 'refusal'>)
  /** The server greets in another protocol. */
  | { readonly type: 'outdated'; readonly nowMs: number }
  | { readonly type: 'refused'; readonly nowMs: number; readonly refusal: NonNullable<ServerTerms['refusal']> }
  /** Any other message. */
  | { readonly type: 'received'; readonly nowMs: number }
  /** Once a second. `chance` in [0, 1) spreads the attempts of many pages. */
  | { readonly type: 'checked'; readonly nowMs: number; readonly isWatching: boolean; readonly chance: number }
  | { readonly type: 'closed'; readonly code: number; readonly chance: number }
  | { readonly type: 'retry-due'; readonly nowMs: number }
  /** Somebody looks at the page again, or the network is back: no waiting for the next attempt. */
  | { readonly type: 'looked-at'; readonly nowMs: number; readonly isWatching: boolean }
  | { readonly type: 'ended' }

export type Action =
  | { readonly do: 'open' | 'drop' | 'cancel-retry' | 'resync' | 'sign-in' | 'ask-session' | 'reload' }
  | { readonly do: 'subscribe'; readonly serverRunId: string }
  | { readonly do: 'retry'; readonly inMs: number }

export interface Transition {
  readonly connection: Connection
  readonly actions: readonly Action[]
}

export const IDLE: Connection = { state: 'idle', terms: { heartbeatMs: 1_000, role: null, refusal: null } }

const CONNECT_LIMIT_MS = 5_000
/** A connection that is silent for so many heartbeats is given up, even where TCP believes in it. */
const DEAD_AFTER_HEARTBEATS = 5
/** Close code of the server: sign in first. */
const SIGN_IN_NEEDED = 4401

export function connectionAfter(connection: Connection, event: ConnectionEvent): Transition {
  switch (event.type) {
    case 'wanted': {
      const { terms } = connection
      // What was refused before was refused to another page.
      const after =
        event.anew && terms.refusal !== null ? { ...connection, terms: { ...terms, refusal: null } } : connection
      if (after.state === 'idle') return connecting(after, 0, event.nowMs)
      // Where nothing was watched nothing was sent: its silence counts from now on.
      return stay(after.state === 'open' && event.anew ? { ...after, receivedAtMs: event.nowMs } : after)
    }
    case 'greeted': {
      if (!hasSocket(connection)) return stay(connection)
      const { nowMs, serverRunId, heartbeatMs, role } = event
      const terms = { heartbeatMs, role, refusal: null }
      return { connection: { state: 'open', terms, receivedAtMs: nowMs }, actions: [{ do: 'subscribe', serverRunId }] }
    }
    case 'outdated':
      if (!hasSocket(connection)) return stay(connection)
      return { connection: { ...connection, receivedAtMs: event.nowMs }, actions: [{ do: 'reload' }] }
    case 'refused': {
      if (!hasSocket(connection)) return stay(connection)
      const terms = { ...connection.terms, refusal: event.refusal }
      return stay({ ...connection, terms, receivedAtMs: event.nowMs })
    }
    case 'received':
      return stay(hasSocket(connection) ? { ...connection, receivedAtMs: event.nowMs } : connection)
    case 'checked': {
      if (!hasSocket(connection)) return stay(connection)
      // Half open after a network change, or a server that is stopped.
      const isDead = event.nowMs - connection.receivedAtMs > patienceMs(connection)
      // Where nothing is watched, nothing is sent.
      if (!isDead || (connection.state === 'open' && !event.isWatching)) return stay(connection)
      return waiting(connection, event.chance, [])
    }
    case 'closed': {
      if (!hasSocket(connection)) return stay(connection)
      if (event.code === SIGN_IN_NEEDED) return waiting(connection, event.chance, [{ do: 'sign-in' }])
      // A refused sign-in looks the same to a browser as a server that is not there, so somebody has to ask.
      return waiting(connection, event.chance, connection.state === 'open' ? [] : [{ do: 'ask-session' }])
    }
    case 'retry-due':
      return connection.state === 'waiting' ? connecting(connection, connection.attempt, event.nowMs) : stay(connection)
    case 'looked-at':
      switch (connection.state) {
        case 'open':
          return { connection, actions: [{ do: 'resync' }] }
        case 'connecting':
          return stay(connection)
        case 'idle':
        case 'waiting':
          return event.isWatching ? connecting(connection, 0, event.nowMs) : stay(connection)
        default:
          return connection satisfies never
      }
    case 'ended':
      return {
        connection: { state: 'idle', terms: connection.terms },
        actions: [{ do: 'cancel-retry' }, { do: 'drop' }],
      }
    default:
      return event satisfies never
  }
}

type WithSocket = Extract<Connection, { receivedAtMs: number }>

function hasSocket(connection: Connection): connection is WithSocket {
  return connection.state === 'connecting' || connection.state === 'open'
}

function patienceMs({ state, terms }: WithSocket): number {
  if (state === 'connecting') return CONNECT_LIMIT_MS
  return Math.max(DEAD_AFTER_HEARTBEATS * terms.heartbeatMs, CONNECT_LIMIT_MS)
}

function stay(connection: Connection): Transition {
  return { connection, actions: [] }
}

function connecting({ terms }: Connection, attempt: number, nowMs: number): Transition {
  return {
    connection: { state: 'connecting', terms, attempt, receivedAtMs: nowMs },
    actions: [{ do: 'cancel-retry' }, { do: 'open' }],
  }
}

function waiting(connection: WithSocket, chance: number, also: readonly Action[]): Transition {
  const failed = connection.state === 'connecting' ? connection.attempt : 0
  return {
    connection: { state: 'waiting', terms: connection.terms, attempt: failed + 1 },
    actions: [{ do: 'drop' }, ...also, { do: 'retry', inMs: backoffMs(failed, chance) }],
  }
}
