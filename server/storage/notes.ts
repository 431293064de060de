/** Notes about runs, alerts, clusters and the shift. */
import type { RoomNote } from '../contract/room/notes.ts'
import type { Database } from './database.ts'
import type { NoteTable } from './tables.ts'

const PAGE = 100

export interface NoteStore {
  /** Newest first. @param before id of a note; `null`: from the newest */
  page(subject: string, before: string | null, limit: number): Promise<RoomNote[]>
  /** Oldest first, read in pages. */
  all(subject: string): Promise<RoomNote[]>
  count(subject: string): Promise<number>
  find(id: string): Promise<RoomNote | null>
  add(note: RoomNote): Promise<void>
  /** @returns false where somebody was faster */
  acknowledge(id: string, by: string, atMs: number): Promise<boolean>
}

function noteOf(row: NoteTable): RoomNote {
  const { acknowledged_at_ms: atMs, acknowledged_by: by } = row
  return {
    id: row.id,
    subject: row.subject,
    cluster: row.cluster,
    atMs: row.at_ms,
    by: { id: row.actor_id, name: row.actor_name },
    text: row.text,
    acknowledged: atMs === null || by === null ? null : { by, atMs },
  }
}

/** @throws StorageFailure from every call that the disk refuses */
export function openNotes({ queries }: Database): NoteStore {
  const page = async (subject: string, before: string | null, limit: number): Promise<RoomNote[]> => {
    const of = queries.selectFrom('note').selectAll().where('subject', '=', subject)
    const older = before === null ? of : of.where('id', '<', before)
    return (await older.orderBy('id', 'desc').limit(limit).execute()).map(noteOf)
  }
  return {
    page,
    all: async (subject) => {
      const notes: RoomNote[] = []
      for (;;) {
        const older = await page(subject, notes.at(-1)?.id ?? null, PAGE)
        for (const note of older) notes.push(note)
        if (older.length < PAGE) return notes.reverse()
      }
    },
    count: async (subject) => {
      const counted = await queries
        .selectFrom('note')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('subject', '=', subject)
        .executeTakeFirst()
      return Number(counted?.count ?? 0)
    },
    find: async (id) => {
      const row = await queries.selectFrom('note').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : noteOf(row)
    },
    add: async ({ id, subject, cluster, atMs, by, text, acknowledged }) => {
      await queries
        .insertInto('note')
        .values({
          id,
          subject,
          cluster,
          at_ms: atMs,
          actor_id: by.id,
          actor_name: by.name,
          text,
          acknowledged_at_ms: acknowledged?.atMs ?? null,
          acknowledged_by: acknowledged?.by ?? null,
        })
        .execute()
    },
    acknowledge: async (id, by, atMs) => {
      const taken = await queries
        .updateTable('note')
        .set({ acknowledged_at_ms: atMs, acknowledged_by: by })
        .where('id', '=', id)
        .where('acknowledged_at_ms', 'is', null)
        .returning('id')
        .executeTakeFirst()
      return taken !== undefined
    },
  }
}
