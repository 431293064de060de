/** How long a connection may take for what, in ms: whoever is slow, or silent, holds a place and nothing else. */

export interface SocketLimits {
  /** From the beginning of a connection, or of a request, to the end of its headers. */
  headersMs: number
  /** To the end of its body. */
  requestMs: number
  /** Without a byte read or written, whatever is still to come: also who does not read their answer. */
  silentMs: number
  /** Between two requests. */
  keepAliveMs: number
  /** How exact those are: connections are looked at so often. */
  checkEveryMs: number
  /** A websocket that does not answer a ping for this long is gone. */
  deadAfterMs: number
}

export const SOCKET_LIMITS: SocketLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  silentMs: 120_000,
  keepAliveMs: 5000,
  checkEveryMs: 1000,
  deadAfterMs: 30_000,
}
