/** The record of what was done, row by row, and the marks beside it. */
import type { AuditKind } from '../../contract/access/audit.ts'
import type { Database } from '../database.ts'
import type { AuditEntryTable, AuditMarkTable } from '../tables.ts'

export type AuditRow = AuditEntryTable
export type AuditMark = AuditMarkTable

export interface AuditFilter {
  fromMs: number | null
  toMs: number | null
  /** Name or id, whole. */
  actor: string | null
  kinds: readonly AuditKind[]
  cluster: string | null
}

export interface AuditStore {
  mark(name: string): Promise<AuditMark | null>
  setMark(mark: AuditMark): Promise<void>
  /** All or none, with the head. @returns false where another process has written meanwhile: nothing was kept */
  append(rows: readonly AuditRow[]): Promise<boolean>
  /** Newest first, of the entries from `from` to the one before `before`: so no question looks at all of them. */
  page(filter: AuditFilter, from: number, before: number, limit: number): Promise<AuditRow[]>
  /** Oldest first, after this seq. */
  after(seq: number, limit: number): Promise<AuditRow[]>
  first(): Promise<number | null>
  /** The newest entry written before this time; `null`: there is none. */
  lastBefore(atMs: number): Promise<AuditRow | null>
  /** Forgets everything up to this entry, and keeps its hash, with which the chain begins from now on. */
  cut(row: AuditRow, atMs: number): Promise<void>
}

/** @throws StorageFailure from every call that the disk refuses */
export function openAudit({ queries }: Database): AuditStore {
  return {
    mark: async (name) =>
      (await queries.selectFrom('audit_mark').selectAll().where('name', '=', name).executeTakeFirst()) ?? null,
    setMark: async ({ name, ...rest }) => {
      await queries
        .insertInto('audit_mark')
        .values({ name, ...rest })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(rest))
        .execute()
    },
    append: async (rows) => {
      const [first, last] = [rows[0], rows.at(-1)]
      if (first === undefined || last === undefined) return true
      return await queries.transaction().execute(async (within) => {
        const head = await within.selectFrom('audit_mark').select('seq').where('name', '=', 'head').executeTakeFirst()
        if ((head?.seq ?? 0) !== first.seq - 1) return false
        const next = { seq: last.seq, hash: last.hash, at_ms: last.at_ms }
        if (head === undefined) {
          await within
            .insertInto('audit_mark')
            .values({ name: 'head', ...next })
            .execute()
        } else {
          const moved = await within
            .updateTable('audit_mark')
            .set(next)
            .where('name', '=', 'head')
            .where('seq', '=', head.seq)
            .executeTakeFirst()
          if (Number(moved.numUpdatedRows) !== 1) return false
        }
        await within
          .insertInto('audit_entry')
          .values([...rows])
          .execute()
        return true
      })
    },
    page: async ({ fromMs, toMs, actor, kinds, cluster }, from, before, limit) => {
      let query = queries.selectFrom('audit_entry').selectAll().where('seq', '>=', from).where('seq', '<', before)
      if (fromMs !== null) query = query.where('at_ms', '>=', fromMs)
      if (toMs !== null) query = query.where('at_ms', '<=', toMs)
      if (kinds.length > 0) query = query.where('kind', 'in', [...kinds])
      if (cluster !== null) query = query.where('cluster', '=', cluster)
      if (actor !== null) {
        query = query.where((of) => of.or([of('actor_id', '=', actor), of('actor_name', '=', actor)]))
      }
      return await query.orderBy('seq', 'desc').limit(limit).execute()
    },
    after: async (seq, limit) =>
      await queries.selectFrom('audit_entry').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute(),
    first: async () =>
      (await queries.selectFrom('audit_entry').select('seq').orderBy('seq').limit(1).executeTakeFirst())?.seq ?? null,
    lastBefore: async (atMs) =>
      (await queries
        .selectFrom('audit_entry')
        .selectAll()
        .where('at_ms', '<', atMs)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst()) ?? null,
    cut: async ({ seq, hash }, atMs) => {
      await queries.transaction().execute(async (within) => {
        const mark = { seq, hash, at_ms: atMs }
        await within
          .insertInto('audit_mark')
          .values({ name: 'cut', ...mark })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(mark))
          .execute()
        await within.deleteFrom('audit_entry').where('seq', '<=', seq).execute()
      })
    },
  }
}
