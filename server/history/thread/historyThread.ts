/**
 * The way to the thread of the history. What is fed goes in batches; where the thread does not keep up, deltas are dropped and a
 * whole view is sent when it has: a slow disk never grows this process. A thread that ends is begun anew.
 */
import { Worker } from 'node:worker_threads'
import { diffViews } from '../../contract/delta.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import type { RowsPiece } from '../asking/readRows.ts'
import { type ClusterHistory, HistoryUnavailable, type JsonBytes } from '../clusterHistory.ts'
import type { FeedItem } from '../keeping/feed.ts'
import type { FromThread, Question, ThreadData, ToThread } from './protocol.ts'

const POST_EVERY_MS = 200
/** Items on the way to the thread, beyond which views wait. */
const MAX_ON_THE_WAY = 20_000
const BEGIN_ANEW_AFTER_MS = 5000
const CLOSE_LIMIT_MS = 15_000
const MAX_MEMORY_MB = 1024

export interface HistoryThreadOptions extends ThreadData {
  nowMs: () => number
  onProblem(title: string | null, detail: string): void
  onError(error: unknown): void
}

interface Pending {
  resolve(json: JsonBytes): void
  reject(error: Error): void
}

export class HistoryThread {
  readonly #options: HistoryThreadOptions
  #worker: Worker | null = null
  #items: FeedItem[] = []
  #onTheWay = 0
  /** The view of each cluster that the thread has, or will have; `null`: it needs a whole one. */
  readonly #held = new Map<string, QuorumView | null>()
  /** Of leases, where several servers share the history. */
  readonly #tokens = new Map<string, number>()
  readonly #pending = new Map<number, Pending>()
  #nextId = 1
  #timer: NodeJS.Timeout | null = null
  #restart: NodeJS.Timeout | null = null
  #closed: Promise<void> | null = null
  #onClosed: () => void = () => {}

  constructor(options: HistoryThreadOptions) {
    this.#options = options
    this.#begin()
    this.#timer = setInterval(() => this.#post(), POST_EVERY_MS)
  }

  /** Where several servers share the history: who records this cluster; `null`: another one. */
  hold(cluster: string, token: number | null): void {
    this.#post()
    if (token === null) this.#tokens.delete(cluster)
    else this.#tokens.set(cluster, token)
    this.#held.set(cluster, null)
    this.#send({ kind: 'held', cluster, token })
  }

  cluster(cluster: string): ClusterHistory {
    const { nowMs } = this.#options
    const feed = (item: FeedItem) => this.#feed(item)
    return {
      add: (view) => this.#add(view),
      link: ({ state, problem }) =>
        feed({ kind: 'link', cluster, state, title: problem?.title ?? null, atMs: nowMs() }),
      event: (event) => feed({ kind: 'event', cluster, event }),
      run: (run) => feed({ kind: 'run', cluster, run, atMs: nowMs() }),
      clear: () => {
        this.#held.set(cluster, null)
        feed({ kind: 'anew', cluster })
      },
      read: (request) => this.#ask({ kind: 'history', cluster, ...request }),
      moment: (atMs) => this.#ask({ kind: 'moment', cluster, atMs }),
      events: (request) => this.#ask({ kind: 'events', cluster, ...request }),
      state: () => this.#ask({ kind: 'state', cluster }),
      rows: async (request) =>
        JSON.parse(new TextDecoder().decode(await this.#ask({ kind: 'rows', cluster, ...request }))) as RowsPiece,
    }
  }

  /** Writes what waits, within a bound of time. */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    this.#post()
    for (const timer of [this.#timer, this.#restart]) if (timer !== null) clearTimeout(timer)
    const worker = this.#worker
    if (worker === null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onClosed = resolve
    const limit = setTimeout(resolve, CLOSE_LIMIT_MS)
    this.#send({ kind: 'close' })
    await promise
    clearTimeout(limit)
    await worker.terminate()
  }

  #begin(): void {
    const { dataDir, retention, postgres } = this.#options
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { dataDir, retention, postgres } satisfies ThreadData,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
    })
    this.#worker = worker
    this.#onTheWay = 0
    for (const cluster of this.#held.keys()) this.#held.set(cluster, null)
    for (const [cluster, token] of this.#tokens) this.#send({ kind: 'held', cluster, token })
    worker.on('message', (message: FromThread) => this.#onMessage(message))
    worker.on('error', (error: unknown) => this.#options.onError(error))
    worker.on('exit', () => this.#onExit(worker))
  }

  #onExit(worker: Worker): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#onClosed()
    for (const { reject } of this.#pending.values()) reject(new HistoryUnavailable('the thread of the history ended'))
    this.#pending.clear()
    if (this.#closed !== null) return
    this.#options.onProblem('History is not being kept', 'The thread that keeps it has ended; it is begun anew.')
    this.#restart = setTimeout(() => this.#begin(), BEGIN_ANEW_AFTER_MS)
  }

  #onMessage(message: FromThread): void {
    switch (message.kind) {
      case 'taken':
        this.#onTheWay -= message.count
        for (const cluster of message.needed) this.#held.set(cluster, null)
        return
      case 'answer':
        this.#pending.get(message.id)?.resolve(message.json as JsonBytes)
        this.#pending.delete(message.id)
        return
      case 'failed':
        this.#pending.get(message.id)?.reject(new HistoryUnavailable(message.message))
        this.#pending.delete(message.id)
        return
      case 'problem':
        this.#options.onProblem(message.title, message.detail)
        return
      case 'closed':
        this.#onClosed()
        return
      default:
        message satisfies never
    }
  }

  #add(view: QuorumView): void {
    const { cluster } = view
    if (this.#worker === null || this.#onTheWay + this.#items.length > MAX_ON_THE_WAY) {
      this.#held.set(cluster, null)
      return
    }
    const held = this.#held.get(cluster) ?? null
    const delta = held === null ? null : diffViews(held, view, null)
    this.#held.set(cluster, view)
    this.#feed(delta === null ? { kind: 'view', cluster, view } : { kind: 'delta', cluster, delta })
  }

  #feed(item: FeedItem): void {
    if (this.#closed === null && this.#worker !== null) this.#items.push(item)
  }

  #post(): void {
    if (this.#items.length === 0) return
    const items = this.#items
    this.#items = []
    this.#onTheWay += items.length
    this.#send({ kind: 'feed', items })
  }

  #send(message: ToThread): void {
    this.#worker?.postMessage(message)
  }

  #ask(question: Question): Promise<JsonBytes> {
    if (this.#worker === null || this.#closed !== null) {
      return Promise.reject(new HistoryUnavailable('the thread of the history is not there'))
    }
    this.#post()
    const { promise, resolve, reject } = Promise.withResolvers<JsonBytes>()
    const id = this.#nextId
    this.#nextId += 1
    this.#pending.set(id, { resolve, reject })
    this.#send({ kind: 'ask', id, question })
    return promise
  }
}
