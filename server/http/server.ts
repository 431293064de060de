/** One process, one port: checks every request, then hands it to the API, the websocket hub or the pages. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { isApiSecret } from '../access/apiTokens.ts'
import type { AttemptLimit } from '../access/attemptLimit.ts'
import { Refusal } from '../contract/errors.ts'
import type { Session } from '../contract/session.ts'
import { type Access, type Request as Asked, bearerToken } from './access.ts'
import type { Api, RequestEnv } from './api.ts'
import { atBase, belowBase } from './basePath/basePath.ts'
import { answerBelow } from './basePath/pageAnswers.ts'
import { plainAddress } from './guard/plainAddress.ts'
import type { Hub } from './live/hub.ts'
import { refuse } from './refusal.ts'
import { contentSecurityPolicy, type HostAllowlist, isPlainPath, sameOrigin, securityHeaders } from './security.ts'
import { SOCKET_LIMITS, type SocketLimits } from './socketLimits.ts'
import { wallMayAsk } from './wall/wallPaths.ts'
import { isWallSecret, type WallTokens } from './wall/wallTokens.ts'

/** The pages: Next's request handler, and in development its own websocket for hot reload. */
export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>) | null
}

export interface ServerOptions {
  api: Api
  hub: Hub
  pages: Pages
  access: Access
  walls: WallTokens
  attempts: AttemptLimit
  hosts: HostAllowlist
  /** Below which everything is served; empty: below none. */
  basePath: string
  dev: boolean
  tls: { cert: string; key: string } | null
  /** The proxy in front speaks TLS with the browser and names it in X-Forwarded-For. */
  behindProxy: boolean
  /** The usual if left out. */
  limits?: SocketLimits | undefined
  nowMs: () => number
  /** `requestId`: of the request that failed, which its answer names, too; `null` outside of one. */
  onError: (error: unknown, requestId: string | null) => void
  /** Somebody at this address gave a token that is not known. */
  onWrongToken: (address: string) => void
}

/** A page that cannot be made is a fault of our own; the API answers its own itself. */
const FAILED = 'The server failed at this request.'
const API_PATH = /^\/(api(\/|$)|metrics$|healthz$|readyz$)/
/** Without a session: the probes, signing in, its page, the page where a wall shows its token, and the files that pages are made of. */
const OPEN_PATH =
  /^\/(healthz$|readyz$|api\/session$|api\/sign-in(\/password|\/oidc|\/oidc\/callback)?$|api\/setup$|sign-in$|set-up$|wall$|_next\/static\/|icon\.svg$|robots\.txt$|favicon\.ico$)/
/** More are refused, not cut off: a rule would be judged without the header that it looks for. Node cuts at 1000. */
const MAX_HEADERS = 100
const BROKEN_REQUEST: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Pages are only looked at: Next's server actions are not used, and are not offered. */
const PAGE_METHODS = new Set(['GET', 'HEAD'])
/** Signing in as somebody else, and out: its answers set cookies of their own. */
const OWN_SESSION = '/api/session'

export function createServer(options: ServerOptions): Server {
  const { api, hub, pages, access, walls, attempts, hosts, basePath, dev, tls, behindProxy } = options
  const { nowMs, onError, onWrongToken } = options
  const { limits = SOCKET_LIMITS } = options
  const headers = securityHeaders(tls !== null || behindProxy)

  const remoteAddress = (request: IncomingMessage): string => {
    const forwarded = behindProxy ? request.headers['x-forwarded-for'] : undefined
    // The last entry is the one that our proxy wrote; those before it are the client's own words.
    const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)
    return (last === undefined ? null : plainAddress(last)) ?? request.socket.remoteAddress ?? ''
  }

  /** Takes the base path away: from here on paths are those of the product alone. @returns the path without its query @throws Refusal */
  const enter = (request: IncomingMessage): string => {
    if (request.rawHeaders.length / 2 > MAX_HEADERS) throw refuse.tooManyHeaders(MAX_HEADERS)
    if (!hosts.allows(request.headers.host)) throw refuse.host()
    const below = belowBase(basePath, request.url ?? '/')
    if (below === null) throw refuse.outside(basePath)
    request.url = below
    return below.split('?', 1)[0] ?? '/'
  }

  /** Everything that is the same for pages, API and websocket. @throws Refusal */
  const check = (request: IncomingMessage, path: string): Session | null => {
    if (!isPlainPath(path)) throw refuse.badPath()
    const safe = SAFE_METHODS.has(request.method ?? 'GET')
    if (!safe && !sameOrigin(request.headers)) throw refuse.origin()
    const address = remoteAddress(request)
    const token = bearerToken(request.headers)
    const bearer = token !== null && (access.signInRequired || isWallSecret(token) || isApiSecret(token))
    const session = access.session(askingOf(request), nowMs())
    // A right token is let in whatever others of this address tried: a stranger must not lock anybody out.
    if (bearer && session === null) {
      onWrongToken(address)
      if (!attempts.allows(address, nowMs())) throw refuse.tooManyAttempts()
      attempts.wrong(address, nowMs())
    }
    if (session === null && !OPEN_PATH.test(path)) {
      throw access.claimsWall(request.headers) ? refuse.wallEnded() : refuse.signIn()
    }
    if (session?.wall !== undefined) {
      walls.used(session.wall.id)
      const own = path === OWN_SESSION || (OPEN_PATH.test(path) && (safe || API_PATH.test(path)))
      if (!own && !wallMayAsk(request.method ?? 'GET', path, session.wall.clusters)) {
        throw refuse.wallOnly()
      }
    }
    return session
  }

  const apiListener = getRequestListener(async (request, env) => {
    const { incoming } = env as RequestEnv['Bindings']
    const bindings = {
      ...env,
      session: sessions.get(incoming) ?? null,
      remoteAddress: remoteAddress(incoming),
      requestId: requestIds.get(incoming) ?? '',
    }
    const answer = await api.fetch(request, bindings as RequestEnv['Bindings'])
    const location = basePath === '' ? null : answer.headers.get('location')
    if (location !== null) answer.headers.set('location', atBase(basePath, location))
    return answer
  })
  const sessions = new WeakMap<IncomingMessage, Session>()
  const requestIds = new WeakMap<IncomingMessage, string>()

  const handle = async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> => {
    let path = ''
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.setHeader('x-request-id', requestId)
    try {
      path = enter(request)
      const session = check(request, path)
      if (session !== null) sessions.set(request, session)
      const renewed = session?.role === 'wall' ? access.renewedCookie(request.headers, nowMs()) : null
      // Signing in or out sets its own.
      if (renewed !== null && path !== OWN_SESSION) response.setHeader('set-cookie', renewed)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return sendRefusal(request, response, error, path, basePath)
    }
    if (API_PATH.test(path)) return await apiListener(request, response)
    if (!PAGE_METHODS.has(request.method ?? ''))
      return sendRefusal(request, response, refuse.pageMethod(), path, basePath)
    const nonce = randomBytes(16).toString('base64')
    const policy = contentSecurityPolicy(nonce, dev)
    // Next takes the nonce for its own scripts from the request's policy; the layout reads x-nonce.
    request.headers['content-security-policy'] = policy
    request.headers['x-nonce'] = nonce
    delete request.headers['next-action']
    response.setHeader('content-security-policy', policy)
    if (basePath !== '') answerBelow(basePath, request, response)
    await pages.handle(request, response)
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = randomUUID()
    requestIds.set(request, requestId)
    handle(request, response, requestId).catch((error: unknown) => {
      onError(error, requestId)
      if (response.headersSent) {
        response.end()
        return
      }
      response.statusCode = 500
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.end(`${FAILED} Try again; the log of the server names it by the request id ${requestId}.\n`)
    })
  }
  const { headersMs, requestMs, silentMs, keepAliveMs, checkEveryMs } = limits
  const timeouts = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: checkEveryMs,
  }
  const server =
    tls === null
      ? createHttpServer(timeouts, listener)
      : createHttpsServer({ ...timeouts, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headersMs }, listener)
  server.timeout = silentMs
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    const status = BROKEN_REQUEST[code ?? ''] ?? '400 Bad Request'
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    const isOfPages = dev && request.url?.startsWith('/_next/') === true
    if (isOfPages && pages.upgrade !== null) {
      void pages.upgrade(request, socket, head).catch((error: unknown) => onError(error, null))
      return
    }
    try {
      const path = enter(request)
      if (path !== '/ws') throw refuse.notFound(`websocket at ${path.slice(0, 100)}`)
      if (!sameOrigin(request.headers)) throw refuse.origin()
      const session = check(request, path)
      if (session === null) throw refuse.signIn()
      hub.upgrade(request, socket, head, session, () => access.sessionNow(session, askingOf(request), nowMs()))
    } catch (error) {
      if (!(error instanceof Refusal)) {
        onError(error, null)
        socket.destroy()
        return
      }
      const { status, body } = error
      const text = JSON.stringify(body)
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
          `Connection: close\r\n\r\n${text}`,
      )
    }
  })
  return server as Server
}

function askingOf({ headers, rawHeaders, socket }: IncomingMessage): Asked {
  return { headers, rawHeaders, peer: socket.remoteAddress }
}

/** A person is led to the sign-in page; everything else gets the refusal as JSON. */
function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  path: string,
  basePath: string,
): void {
  const wantsPage =
    request.method === 'GET' && !API_PATH.test(path) && (request.headers.accept ?? '').includes('text/html')
  if (refusal.status === 401 && wantsPage) {
    response.statusCode = 303
    response.setHeader('location', `${basePath}/sign-in?next=${encodeURIComponent(request.url ?? '/')}`)
    response.end()
    return
  }
  // Somebody typed another address at a wall.
  if (refusal.code === 'wall-only' && wantsPage) {
    response.statusCode = 303
    response.setHeader('location', `${basePath}/wall`)
    response.end()
    return
  }
  response.statusCode = refusal.status
  // A person is told where it is, and is not sent there: what asks here may be a proxy that is set up otherwise.
  if (refusal.code === 'outside' && wantsPage) {
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.end(`${refusal.message} ${refusal.remedy}\n`)
    return
  }
  response.setHeader('content-type', 'application/json')
  if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer realm="quorumdeck"')
  response.end(JSON.stringify(refusal.body))
}
