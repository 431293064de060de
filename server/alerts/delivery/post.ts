/** One HTTP request to a receiver. Redirects are never followed: they would lead past what was configured. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { limitText } from '../../contract/words/durations.ts'
import { connectGuarded, type Resolve } from './guardedSocket.ts'
import { DeliveryFailure } from './message.ts'

/** For all of it, from the resolver to the end of the answer, in ms. */
export const TIMEOUT_MS = 10_000
/** More of an answer is not read. */
const MAX_ANSWER_BYTES = 16 * 1024

export interface Posting {
  url: string
  allowPrivate: boolean
  headers: Readonly<Record<string, string>>
  body: string
  timeoutMs?: number
  resolve?: Resolve
}

/** What is wrong with the message itself, by HTTP; anything else is about the receiver. */
const OF_MESSAGE = new Set([400, 413, 415, 422])

/** Resolves with the status of a message that was taken. @throws DeliveryFailure */
export async function post({
  url,
  allowPrivate,
  headers,
  body,
  timeoutMs = TIMEOUT_MS,
  resolve,
}: Posting): Promise<number> {
  const target = new URL(url)
  const isTls = target.protocol === 'https:'
  const port = Number(target.port || (isTls ? 443 : 80))
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), timeoutMs)
  try {
    const socket = await connectGuarded({ host, port, allowPrivate }, timer.signal, resolve)
    const { promise, resolve: done, reject } = Promise.withResolvers<IncomingMessage>()
    const request = (isTls ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      signal: timer.signal,
      headers: {
        'user-agent': 'Quorumdeck',
        'content-type': 'application/json',
        ...headers,
        'content-length': Buffer.byteLength(body),
      },
      // Without an agent: one would make a connection of its own, to wherever the name leads by then.
      createConnection: () =>
        isTls ? tlsConnect({ socket, ...(isIP(host) === 0 ? { servername: host } : {}) }) : socket,
    })
    request.once('response', done)
    request.on('error', reject)
    request.end(body)
    try {
      const answer = await promise
      await drained(answer)
      return judged(answer.statusCode ?? 0)
    } finally {
      request.destroy()
      socket.destroy()
    }
  } catch (error) {
    if (error instanceof DeliveryFailure) throw error
    if (timer.signal.aborted) throw new DeliveryFailure('receiver', `No answer within ${limitText(timeoutMs)}.`)
    throw new DeliveryFailure('receiver', `The connection failed: ${(error as Error).message}.`)
  } finally {
    clearTimeout(timeout)
  }
}

/** Reads to the end, or as far as it matters. */
async function drained(answer: IncomingMessage): Promise<void> {
  let bytes = 0
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_ANSWER_BYTES) return
  }
}

function judged(status: number): number {
  if (status >= 200 && status < 300) return status
  if (status >= 300 && status < 400) {
    throw new DeliveryFailure('receiver', `It answers ${status} and leads elsewhere; redirects are not followed.`)
  }
  throw new DeliveryFailure(OF_MESSAGE.has(status) ? 'message' : 'receiver', `It answers ${status}.`)
}
