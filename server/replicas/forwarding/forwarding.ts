/**
 * Hands a request to the holder of its cluster, by a row in the database, and its answer back. The holder answers each once. Where
 * it ends meanwhile nobody knows what came of it, and the answer says so: the same command id asks again safely.
 */
import type { ForwardedRequests } from '../../storage/forwardedRequests.ts'
import { StorageFailure } from '../../storage/storageFailure.ts'
import type { Seal } from '../channel/seal.ts'
import type { ReplicaMessage } from '../relay/messages.ts'
import { type About, aboutOf } from './forwardable.ts'
import { noHolder, outcomeUnknown } from './refusals.ts'

/** Longest answer that is waited for, in ms: a rehearsal takes its time. */
const PATIENCE_MS = 90_000
/** Whether the holder is still there is looked at so often; a notice may be lost, too. */
const LOOK_EVERY_MS = 500
const FORGET_EVERY_MS = 60_000
const KEPT_HEADERS = ['content-type', 'content-disposition', 'age', 'retry-after', 'cache-control', 'location']

/** What goes with a request beside its bytes: who asks. JSON. */
export type Context = Record<string, unknown>

interface Carried {
  method: string
  /** Path and query. */
  target: string
  contentType: string | null
  body: string | null
  context: Context
}

interface Answer {
  status: number
  headers: Record<string, string>
  /** Base64. */
  body: string
}

export interface ForwardingOptions {
  requests: ForwardedRequests
  self: string
  /** What goes through the table is sealed: of a row that somebody else has written nothing is done. */
  seal: Seal
  newId: () => string
  send: (message: ReplicaMessage) => void
  holderOf: (cluster: string) => string | null
  clusterOf: (about: Exclude<About, { kind: 'cluster' }>) => Promise<string | null>
  knows: (cluster: string) => boolean
  /** Answers what another replica has handed over. */
  serve: (request: Request, context: Context) => Promise<Response>
  onError: (error: unknown) => void
}

export class Forwarding {
  readonly #options: ForwardingOptions
  readonly #waiting = new Map<string, () => void>()
  readonly #timer: NodeJS.Timeout
  #isForgedTold = false

  constructor(options: ForwardingOptions) {
    this.#options = options
    const forget = () => void options.requests.forgetOld().catch(() => {})
    this.#timer = setInterval(forget, FORGET_EVERY_MS)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const wake of this.#waiting.values()) wake()
  }

  /** @returns `null` where this replica answers itself @throws Refusal, StorageFailure */
  async answer(request: Request, context: Context): Promise<Response | null> {
    const { pathname, search } = new URL(request.url)
    const about = aboutOf(request.method, pathname)
    if (about === null) return null
    const { clusterOf, holderOf, knows, self } = this.#options
    const cluster = about.kind === 'cluster' ? about.cluster : await clusterOf(about)
    // What nobody knows is refused in the words of whoever is asked.
    if (cluster === null || !knows(cluster)) return null
    const holder = holderOf(cluster)
    if (holder === self) return null
    if (holder === null) {
      if (about.kind === 'cluster' && about.evenAlone === true) return null
      throw noHolder(cluster)
    }
    const { method } = request
    const isChange = method !== 'GET' && method !== 'HEAD'
    const carried: Carried = {
      method,
      target: pathname + search,
      contentType: request.headers.get('content-type'),
      body: isChange ? await request.text() : null,
      context,
    }
    return await this.#ask(cluster, holder, carried, isChange)
  }

  /** Another replica has written down a request for this one. */
  async take(id: string): Promise<void> {
    const { requests, self, seal, serve, send, onError } = this.#options
    try {
      const sealed = await requests.take(id, self)
      if (sealed === null) return
      const text = seal.open(`request ${self} ${id}`, sealed)
      if (text === null) return this.#tellForged()
      const { method, target, contentType, body, context } = JSON.parse(text) as Carried
      const request = new Request(`http://forwarded${target}`, {
        method,
        headers: contentType === null ? {} : { 'content-type': contentType },
        body,
      })
      const response = await serve(request, context)
      const headers = KEPT_HEADERS.flatMap((name) => {
        const value = response.headers.get(name)
        return value === null ? [] : [[name, value] as const]
      })
      const answer: Answer = {
        status: response.status,
        headers: Object.fromEntries(headers),
        body: Buffer.from(await response.arrayBuffer()).toString('base64'),
      }
      await requests.answer(id, seal.put(`answer ${id}`, JSON.stringify(answer)))
      send({ kind: 'answer', id })
    } catch (error) {
      onError(error)
    }
  }

  /** An answer was written down. */
  answered(id: string): void {
    this.#waiting.get(id)?.()
  }

  async #ask(cluster: string, holder: string, carried: Carried, isChange: boolean): Promise<Response> {
    const { requests, seal, newId, send, holderOf } = this.#options
    const id = newId()
    await requests.ask(id, holder, seal.put(`request ${holder} ${id}`, JSON.stringify(carried)))
    send({ kind: 'request', to: holder, id })
    const untilMs = performance.now() + PATIENCE_MS
    try {
      while (performance.now() < untilMs) {
        await this.#woken(id)
        const sealed = await requests.answerTo(id).catch((error: unknown) => {
          // The database is away for a moment: the answer may be there when it is back.
          if (error instanceof StorageFailure) return null
          throw error
        })
        const text = sealed === null ? null : seal.open(`answer ${id}`, sealed)
        if (text !== null) return responseOf(JSON.parse(text) as Answer)
        if (sealed !== null) this.#tellForged()
        // Another holds it now, or nobody: who was asked may have done it, or not.
        if (holderOf(cluster) !== holder) break
      }
      throw isChange ? outcomeUnknown(cluster) : noHolder(cluster)
    } finally {
      this.#waiting.delete(id)
      await requests.forget(id).catch(() => {})
    }
  }

  #tellForged(): void {
    if (this.#isForgedTold) return
    this.#isForgedTold = true
    this.#options.onError(
      new Error(
        'The table forwarded_request holds a row that none of our servers has written. Nothing was done with it, nor will be with any further one. ' +
          'Let nobody else write to this database: docs/replicas.md says how.',
      ),
    )
  }

  async #woken(id: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.set(id, resolve)
    const timer = setTimeout(resolve, LOOK_EVERY_MS)
    await promise
    clearTimeout(timer)
  }
}

function responseOf({ status, headers, body }: Answer): Response {
  const bytes = Buffer.from(body, 'base64')
  return new Response(status === 204 ? null : bytes, { status, headers })
}
