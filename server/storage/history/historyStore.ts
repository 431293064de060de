/** What is kept of the past, by series. Reads are bounded; every call may throw StorageFailure. */
import { sql, type Transaction } from 'kysely'
import type { HistoryDatabase } from './historyDatabase.ts'
import type { HistoryTables } from './historyTables.ts'

export interface StoredBlock {
  series: number
  stepMs: number
  startMs: number
  data: Uint8Array
}

export interface StoredWords {
  series: number
  key: string
  fromMs: number
  text: string
}

export interface StoredEvent {
  series: number
  id: string
  atMs: number
  kind: string
  text: string
}

/** One turn of writing: all of it, or nothing. */
export interface HistoryBatch {
  blocks: StoredBlock[]
  words: StoredWords[]
  events: StoredEvent[]
}

/** Older than a moment, by the width of the points. */
export interface Expiry {
  stepMs: number
  beforeMs: number
}

/** Which of these series this server may write, until the transaction ends; left out where there is one server. */
export type HistoryFence = (tx: Transaction<HistoryTables>, series: readonly number[]) => Promise<ReadonlySet<number>>

const ROWS_AT_ONCE = 200

export class HistoryStore {
  readonly #database: HistoryDatabase
  readonly #fence: HistoryFence | null

  constructor(database: HistoryDatabase, fence: HistoryFence | null = null) {
    this.#database = database
    this.#fence = fence
  }

  get isBounded(): boolean {
    return this.#database.isBounded
  }

  /**
   * The number of the series of this cluster, made where there is none. One whose cluster id was not known yet takes the first
   * that is reported.
   */
  async series(cluster: string, clusterId: string | null, nowMs: number): Promise<number> {
    const { queries } = this.#database
    return await queries.transaction().execute(async (tx) => {
      const rows = await tx
        .selectFrom('series')
        .select(['id', 'cluster_id'])
        .where('cluster', '=', cluster)
        .orderBy('last_used_ms', 'desc')
        .orderBy('id', 'desc')
        .execute()
      const found =
        clusterId === null
          ? rows[0]
          : (rows.find((row) => row.cluster_id === clusterId) ?? rows.find((row) => row.cluster_id === ''))
      if (found !== undefined) {
        const cluster_id = clusterId ?? found.cluster_id
        await tx.updateTable('series').set({ cluster_id, last_used_ms: nowMs }).where('id', '=', found.id).execute()
        return found.id
      }
      for (;;) {
        const newest = await tx
          .selectFrom('series')
          .select(({ fn }) => fn.max('id').as('id'))
          .executeTakeFirst()
        const id = Number(newest?.id ?? 0) + 1
        // Another server may take the same number for another cluster at the same time.
        const made = await tx
          .insertInto('series')
          .values({ id, cluster, cluster_id: clusterId ?? '', last_used_ms: nowMs })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('id')
          .executeTakeFirst()
        if (made !== undefined) return id
      }
    })
  }

  /** But for series of clusters that another server watches now: it writes them itself. */
  async write(batch: HistoryBatch): Promise<void> {
    if (batch.blocks.length + batch.words.length + batch.events.length === 0) return
    await this.#database.queries.transaction().execute(async (tx) => {
      const given = this.#fence === null ? batch : await own(tx, this.#fence, batch)
      // The newest of each: PostgreSQL takes a row once in a statement.
      const blocks = newest(given.blocks, ({ series, stepMs, startMs }) => `${series} ${stepMs} ${startMs}`)
      const words = newest(given.words, ({ series, key, fromMs }) => `${series} ${fromMs} ${key}`)
      const events = newest(given.events, ({ series, id }) => `${series} ${id}`)
      for (const part of parts(blocks)) {
        await tx
          .insertInto('block')
          .values(
            part.map(({ series, stepMs, startMs, data }) => ({ series, step_ms: stepMs, start_ms: startMs, data })),
          )
          .onConflict((conflict) =>
            conflict.columns(['series', 'step_ms', 'start_ms']).doUpdateSet({ data: (eb) => eb.ref('excluded.data') }),
          )
          .execute()
      }
      for (const part of parts(words)) {
        await tx
          .insertInto('words')
          .values(part.map(({ series, key, fromMs, text }) => ({ series, key, from_ms: fromMs, text })))
          .onConflict((conflict) =>
            conflict.columns(['series', 'key', 'from_ms']).doUpdateSet({ text: (eb) => eb.ref('excluded.text') }),
          )
          .execute()
      }
      for (const part of parts(events)) {
        await tx
          .insertInto('event')
          .values(part.map(({ series, id, atMs, kind, text }) => ({ series, id, at_ms: atMs, kind, text })))
          .onConflict((conflict) =>
            conflict.columns(['series', 'id']).doUpdateSet({
              at_ms: (eb) => eb.ref('excluded.at_ms'),
              text: (eb) => eb.ref('excluded.text'),
            }),
          )
          .execute()
      }
    })
  }

  /** Oldest first, from and up to and including these begins. */
  async blocks(series: number, stepMs: number, fromMs: number, toMs: number, limit: number): Promise<StoredBlock[]> {
    const rows = await this.#database.queries
      .selectFrom('block')
      .select(['start_ms', 'data'])
      .where('series', '=', series)
      .where('step_ms', '=', stepMs)
      .where('start_ms', '>=', fromMs)
      .where('start_ms', '<=', toMs)
      .orderBy('start_ms')
      .limit(limit)
      .execute()
    return rows.map(({ start_ms, data }) => ({ series, stepMs, startMs: start_ms, data }))
  }

  /** Begin of the newest block that begins at or before a moment, or of the oldest after it. */
  async blockBeside(series: number, stepMs: number, atMs: number, side: 'before' | 'after'): Promise<number | null> {
    const beside = this.#database.queries
      .selectFrom('block')
      .select('start_ms')
      .where('series', '=', series)
      .where('step_ms', '=', stepMs)
      .where('start_ms', side === 'before' ? '<=' : '>', atMs)
      .orderBy('start_ms', side === 'before' ? 'desc' : 'asc')
      .limit(1)
    return (await beside.executeTakeFirst())?.start_ms ?? null
  }

  /** Begin of the oldest block of this width; `null` where there is none. */
  async oldest(series: number, stepMs: number): Promise<number | null> {
    const row = await this.#database.queries
      .selectFrom('block')
      .select(({ fn }) => fn.min('start_ms').as('oldest'))
      .where('series', '=', series)
      .where('step_ms', '=', stepMs)
      .executeTakeFirst()
    return row?.oldest ?? null
  }

  /** The words that stood at a moment, by key. */
  async wordsAt(series: number, atMs: number): Promise<Map<string, string>> {
    const rows = await this.#database.queries
      .selectFrom('words')
      .innerJoin(
        (eb) =>
          eb
            .selectFrom('words')
            .select(({ fn }) => ['key', fn.max('from_ms').as('newest')])
            .where('series', '=', series)
            .where('from_ms', '<=', atMs)
            .groupBy('key')
            .as('standing'),
        (join) => join.onRef('standing.key', '=', 'words.key').onRef('standing.newest', '=', 'words.from_ms'),
      )
      .select(['words.key', 'words.text'])
      .where('words.series', '=', series)
      .execute()
    return new Map(rows.map(({ key, text }) => [key, text]))
  }

  /** Oldest first: the newest of the stretch, at most so many, older than `before` where that is given. */
  async events(
    series: number,
    { fromMs, toMs, limit, kinds }: { fromMs: number; toMs: number; limit: number; kinds: readonly string[] | null },
  ): Promise<{ text: string; atMs: number }[]> {
    let query = this.#database.queries
      .selectFrom('event')
      .select(['text', 'at_ms'])
      .where('series', '=', series)
      .where('at_ms', '>=', fromMs)
      .where('at_ms', '<=', toMs)
    if (kinds !== null) query = query.where('kind', 'in', kinds)
    const rows = await query.orderBy('at_ms', 'desc').orderBy('id', 'desc').limit(limit).execute()
    return rows.reverse().map(({ text, at_ms }) => ({ text, atMs: at_ms }))
  }

  /** What is said about the time from a moment on is void: the clock was set back. */
  async forgetFrom(series: number, fromMs: number): Promise<void> {
    await this.#database.queries.transaction().execute(async (tx) => {
      if (this.#fence !== null && !(await this.#fence(tx, [series])).has(series)) return
      await tx.deleteFrom('block').where('series', '=', series).where('start_ms', '>', fromMs).execute()
      await tx.deleteFrom('words').where('series', '=', series).where('from_ms', '>', fromMs).execute()
    })
  }

  async drop(series: number): Promise<void> {
    await this.#database.queries.transaction().execute(async (tx) => {
      for (const table of ['block', 'words', 'event'] as const) {
        await tx.deleteFrom(table).where('series', '=', series).execute()
      }
      await tx.deleteFrom('series').where('id', '=', series).execute()
    })
  }

  /** @returns how many blocks are gone; at most `limit` */
  async expire({ stepMs, beforeMs }: Expiry, limit: number): Promise<number> {
    const result = await sql`
      DELETE FROM block WHERE (series, step_ms, start_ms) IN (
        SELECT series, step_ms, start_ms FROM block
        WHERE step_ms = ${stepMs} AND start_ms < ${beforeMs} ORDER BY start_ms LIMIT ${limit})`.execute(
      this.#database.queries,
    )
    return Number(result.numAffectedRows ?? 0)
  }

  /** Events, and words that others have replaced, from before a moment. @returns how many are gone; at most `limit` of each */
  async expireWords(beforeMs: number, limit: number): Promise<number> {
    const words = await sql`
      DELETE FROM words WHERE (series, key, from_ms) IN (
        SELECT w.series, w.key, w.from_ms FROM words w
        WHERE w.from_ms < ${beforeMs} AND EXISTS (
          SELECT 1 FROM words n WHERE n.series = w.series AND n.key = w.key AND n.from_ms > w.from_ms AND n.from_ms <= ${beforeMs})
        LIMIT ${limit})`.execute(this.#database.queries)
    const events = await sql`
      DELETE FROM event WHERE (series, id) IN (SELECT series, id FROM event WHERE at_ms < ${beforeMs} LIMIT ${limit})`.execute(
      this.#database.queries,
    )
    return Number(words.numAffectedRows ?? 0) + Number(events.numAffectedRows ?? 0)
  }

  /** Begin of the oldest block of this width in all series; `null` where there is none. */
  async oldestOf(stepMs: number): Promise<number | null> {
    const row = await this.#database.queries
      .selectFrom('block')
      .select(({ fn }) => fn.min('start_ms').as('oldest'))
      .where('step_ms', '=', stepMs)
      .executeTakeFirst()
    return row?.oldest ?? null
  }

  /** Begin of the newest block of this width in all series; `null` where there is none. */
  async newestOf(stepMs: number): Promise<number | null> {
    const row = await this.#database.queries
      .selectFrom('block')
      .select(({ fn }) => fn.max('start_ms').as('newest'))
      .where('step_ms', '=', stepMs)
      .executeTakeFirst()
    return row?.newest ?? null
  }

  usedBytes(): number {
    return this.#database.usedBytes()
  }

  shrink(pages: number): void {
    this.#database.shrink(pages)
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}

async function own(tx: Transaction<HistoryTables>, fence: HistoryFence, batch: HistoryBatch): Promise<HistoryBatch> {
  const { blocks, words, events } = batch
  const mine = await fence(tx, [...new Set([...blocks, ...words, ...events].map(({ series }) => series))])
  const isMine = ({ series }: { series: number }) => mine.has(series)
  return { blocks: blocks.filter(isMine), words: words.filter(isMine), events: events.filter(isMine) }
}

function newest<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}

function* parts<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE)
}
