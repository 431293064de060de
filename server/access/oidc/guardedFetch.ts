/**
 * `fetch` for the provider of sign-ins, by the same policy as for receivers of alerts: what its discovery document names may lead
 * anywhere, so every address is judged before a byte leaves, no redirect is followed, and an answer is bounded in size and time.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { connectGuarded, type Resolve } from '../../alerts/delivery/guardedSocket.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 1024 * 1024

export interface GuardedFetchOptions {
  allowPrivate: boolean
  timeoutMs?: number
  resolve?: Resolve
}

interface Init {
  method?: string
  headers?: Record<string, string>
  body?: unknown
}

/** What the provider was asked got no answer that can be used. */
export class ProviderFailure extends Error {}

export function guardedFetch({ allowPrivate, timeoutMs = TIMEOUT_MS, resolve }: GuardedFetchOptions) {
  return async (address: string, init: Init = {}): Promise<Response> => {
    const target = new URL(address)
    const isTls = target.protocol === 'https:'
    const port = Number(target.port || (isTls ? 443 : 80))
    const host = target.hostname.replace(/^\[|\]$/g, '')
    const timer = new AbortController()
    const timeout = setTimeout(() => timer.abort(), timeoutMs)
    try {
      const socket = await connectGuarded({ host, port, allowPrivate }, timer.signal, resolve)
      const { promise, resolve: done, reject } = Promise.withResolvers<IncomingMessage>()
      const body = init.body == null ? '' : String(init.body)
      const request = (isTls ? httpsRequest : httpRequest)(target, {
        method: init.method ?? 'GET',
        signal: timer.signal,
        headers: { ...init.headers, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }) },
        createConnection: () =>
          isTls ? tlsConnect({ socket, ...(isIP(host) === 0 ? { servername: host } : {}) }) : socket,
      })
      request.once('response', done)
      request.on('error', reject)
      request.end(body)
      try {
        return await answerOf(await promise)
      } finally {
        request.destroy()
        socket.destroy()
      }
    } catch (error) {
      if (error instanceof ProviderFailure) throw error
      const why = timer.signal.aborted ? 'no answer in time' : (error as Error).message
      throw new ProviderFailure(`${target.host}: ${why}`)
    } finally {
      clearTimeout(timeout)
    }
  }
}

async function answerOf(answer: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_ANSWER_BYTES) throw new ProviderFailure('the answer is too large')
    chunks.push(chunk as Buffer)
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers.set(name, String(value))
  const status = answer.statusCode ?? 502
  const isEmpty = status === 204 || status === 205 || status === 304
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers })
}
