/**
 * The way from one replica to all others: NOTIFY in order, several messages with one statement, and a connection of its own that
 * listens. Every piece is sealed: whatever comes without the seal is somebody else's, and dropped unread. What cannot be sent is dropped, not kept: whoever missed something asks for the whole.
 */
import pg from 'pg'
import type { Database } from '../../storage/database.ts'
import { sendNotices } from '../../storage/postgres/notices.ts'
import { connectionOf } from '../../storage/postgres/postgresPool.ts'
import { inPieces, Pieces } from './chunks.ts'
import type { Seal } from './seal.ts'

const NAME = 'quorumdeck'
/** Messages that come within this are sent together, in ms. */
const TOGETHER_MS = 15
/** Of one statement. */
const MOST_AT_ONCE = 400
/** Waiting for a database that does not take them; beyond it all are dropped. */
const MOST_WAITING = 5000
const AGAIN_MS = 250
/** A connection that says nothing for so long is asked whether it is there, in ms. */
const ASK_EVERY_MS = 2000

export interface ChannelOptions {
  database: Database
  url: string
  /** Id of this replica. */
  self: string
  seal: Seal
  onMessage: (sender: string, message: unknown) => void
  /** It listens, from now on or again: what was said before was not heard. */
  onListening: () => void
  onError: (error: unknown) => void
}

export class Channel {
  readonly #options: ChannelOptions
  readonly #pieces = new Pieces()
  #waiting: string[] = []
  /** What must be heard in any case, by what it says; sent again until the database has taken it. */
  readonly #sure = new Map<string, unknown>()
  #number = 0
  #sending: Promise<void> | null = null
  #client: pg.Client | null = null
  #timers: NodeJS.Timeout[] = []
  #again: NodeJS.Timeout | null = null
  #closed = false
  #isListening = false
  #isAsking = false
  /** Said once until it listens again. */
  #isTold = false
  #forged = 0

  constructor(options: ChannelOptions) {
    this.#options = options
    this.#timers.push(setInterval(() => void this.#ask(), ASK_EVERY_MS))
  }

  get isListening(): boolean {
    return this.#isListening
  }

  /** Notices that came and were not of one of us. */
  get forged(): number {
    return this.#forged
  }

  /** Resolves when it listens, or has failed to for the first time. */
  async start(): Promise<void> {
    await this.#listen()
  }

  send(message: unknown): void {
    if (this.#closed) return
    const { self, seal, onError } = this.#options
    this.#number += 1
    try {
      const pieces = inPieces(self, this.#number, JSON.stringify(message))
      for (const piece of pieces) this.#waiting.push(seal.put('notice', piece))
    } catch (error) {
      onError(error)
    }
    if (this.#waiting.length > MOST_WAITING) this.#waiting = []
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null
    })
  }

  /** The same, and again where the database does not take it: whoever does not hear it would believe what is over. */
  sendSurely(message: unknown): void {
    this.#sure.set(JSON.stringify(message), message)
    this.send(message)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearInterval(timer)
    if (this.#again !== null) clearTimeout(this.#again)
    await this.#sending
    await this.#client?.end().catch(() => {})
  }

  async #sendAll(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, TOGETHER_MS))
    while (this.#waiting.length > 0) {
      const pieces = this.#waiting.splice(0, MOST_AT_ONCE)
      try {
        await sendNotices(this.#options.database, NAME, pieces)
      } catch (error) {
        this.#waiting = []
        this.#tell(error)
        return
      }
    }
    this.#sure.clear()
  }

  async #listen(): Promise<void> {
    const client = new pg.Client(connectionOf(this.#options.url))
    this.#client = client
    const lost = (error?: unknown) => {
      if (this.#client !== client) return
      this.#client = null
      this.#isListening = false
      void client.end().catch(() => {})
      if (this.#closed) return
      if (error !== undefined) this.#tell(error)
      this.#again = setTimeout(() => void this.#listen(), AGAIN_MS)
    }
    client.on('error', lost)
    client.on('end', () => lost())
    client.on('notification', ({ payload = '' }) => this.#take(payload))
    try {
      await client.connect()
      await client.query(`LISTEN ${NAME}`)
      this.#isListening = true
      this.#isTold = false
      this.#options.onListening()
    } catch (error) {
      lost(error)
    }
  }

  #take(payload: string): void {
    const piece = this.#options.seal.open('notice', payload)
    if (piece === null) return this.#dropForged()
    try {
      const joined = this.#pieces.take(piece)
      if (joined === null || joined.sender === this.#options.self) return
      this.#options.onMessage(joined.sender, JSON.parse(joined.text))
    } catch (error) {
      // Of another version: nothing is done with it.
      this.#options.onError(error)
    }
  }

  #dropForged(): void {
    this.#forged += 1
    if (this.#forged > 1) return
    this.#options.onError(
      new Error(
        'PostgreSQL passed on a notice that none of our servers has sent. It was dropped unread, as every further one will be, and nothing was done. ' +
          'Let nobody else connect to this database: docs/replicas.md says how.',
      ),
    )
  }

  /** A connection through a network that is gone looks like one on which nobody speaks. */
  async #ask(): Promise<void> {
    // Those that could not be sent: all that waited then was dropped.
    if (this.#sending === null) for (const message of this.#sure.values()) this.send(message)
    const client = this.#client
    if (client === null || !this.#isListening || this.#isAsking) return
    this.#isAsking = true
    await client.query('SELECT 1').catch((error: unknown) => client.emit('error', error))
    this.#isAsking = false
  }

  #tell(error: unknown): void {
    if (!this.#isTold) this.#options.onError(error)
    this.#isTold = true
  }
}
