/**
 * The statements of the journal. Each returns whether it took effect; the rules, and what to say when it did not, are in
 * journal.ts. All run inside a transaction of the caller.
 */
import { sql, type Transaction } from 'kysely'
import type { EntryTable, Tables } from '../../../storage/tables.ts'
import type { CommandMark, EndedRun, JournalEntry, NewEntry, RunIdentity, RunRecord, StoredAnswer } from './journal.ts'

type Tx = Transaction<Tables>

/** A literal, as in the index command_answer_whole: with a parameter SQLite could not use it. */
const WHOLE = sql<boolean>`status = 200`
/** There is one more with each answer; several where an older Quorumdeck has left them. */
const SHORTENED_AT_ONCE = 4
export type EntryRow = EntryTable

function runRows(tx: Tx) {
  return tx
    .selectFrom('workflow_run as run')
    .leftJoin('change_lock as lock', 'lock.holder', 'run.id')
    .selectAll('run')
    .select('lock.token')
}
export type RunRows = ReturnType<typeof runRows>

/** Entries after `afterSeq`, at most `limit` of them, as they stand in the table. */
export async function readRows(tx: Tx, runId: string, afterSeq: number, limit: number): Promise<EntryRow[]> {
  return await tx
    .selectFrom('workflow_entry')
    .selectAll()
    .where('run_id', '=', runId)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

export function entryOf(row: EntryRow): JournalEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    actor: { id: row.actor_id, name: row.actor_name },
    type: row.type,
    text: row.text,
    data: JSON.parse(row.data) as unknown,
  }
}

export async function readRuns(tx: Tx, pick: (rows: RunRows) => RunRows): Promise<RunRecord[]> {
  const rows = await pick(runRows(tx)).execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    cluster: row.cluster,
    clusterId: row.cluster_id,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    lastSeq: row.last_seq,
    token: row.token,
    summary: row.summary,
    folded: row.folded,
  }))
}

/** @returns false where the id is known already */
export async function insertRun(tx: Tx, run: RunIdentity): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('workflow_run')
    .values({
      id: run.id,
      kind: run.kind,
      cluster: run.cluster,
      cluster_id: run.clusterId,
      started_at_ms: run.startedAtMs,
      ended_at_ms: null,
      last_seq: 0,
      summary: null,
      folded: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/**
 * Compare and set: moves the run on by `count` entries where it goes on, stands at `afterSeq`, and holds the lock by this
 * token, or no lock where the token is `null`.
 */
export async function advance(
  tx: Tx,
  run: { id: string; afterSeq: number; token: number | null; count: number; endedAtMs: number | null },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('workflow_run')
    .set({ last_seq: run.afterSeq + run.count, ended_at_ms: run.endedAtMs })
    .where('id', '=', run.id)
    .where('ended_at_ms', 'is', null)
    .where('last_seq', '=', run.afterSeq)
    .where(({ exists, not, selectFrom }) => {
      const held = selectFrom('change_lock').select('token').where('holder', '=', run.id)
      return run.token === null ? not(exists(held)) : exists(held.where('token', '=', run.token))
    })
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function insertEntries(tx: Tx, runId: string, afterSeq: number, entries: NewEntry[]): Promise<void> {
  let seq = afterSeq
  for (const entry of entries) {
    seq += 1
    await tx
      .insertInto('workflow_entry')
      .values({
        run_id: runId,
        seq,
        at_ms: entry.atMs,
        actor_id: entry.actor.id,
        actor_name: entry.actor.name,
        type: entry.type,
        text: entry.text,
        // JSON has no undefined.
        data: JSON.stringify(entry.data ?? null),
      })
      .execute()
  }
}

/** @returns the new fencing token, or `null` where a run holds the lock */
export async function takeFreeLock(tx: Tx, clusterId: string, runId: string): Promise<number | null> {
  const taken = await tx
    .insertInto('change_lock')
    .values({ cluster_id: clusterId, token: 1, holder: runId })
    .onConflict((conflict) =>
      conflict
        .column('cluster_id')
        .doUpdateSet({ token: ({ eb, ref }) => eb(ref('change_lock.token'), '+', 1), holder: runId })
        .where('change_lock.holder', 'is', null),
    )
    .returning('token')
    .executeTakeFirst()
  return taken?.token ?? null
}

/** The row and its token stay: tokens of a cluster never start anew. */
export async function releaseLock(tx: Tx, runId: string): Promise<void> {
  await tx.updateTable('change_lock').set({ holder: null }).where('holder', '=', runId).execute()
}

export async function lockHolder(tx: Tx, clusterId: string): Promise<string | null> {
  const row = await tx.selectFrom('change_lock').select('holder').where('cluster_id', '=', clusterId).executeTakeFirst()
  return row?.holder ?? null
}

/** @returns false where the command is known already, answered or not */
export async function insertCommand(tx: Tx, mark: CommandMark, status: number, body: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('command_answer')
    .values({
      scope: mark.scope,
      command_id: mark.commandId,
      hash: mark.hash,
      status,
      body,
      nth: ({ eb, fn, selectFrom }) =>
        selectFrom('command_answer')
          .select(eb(fn.coalesce(fn.max('nth'), sql<number>`0`), '+', 1).as('next'))
          .where('scope', '=', mark.scope),
    })
    .onConflict((conflict) => conflict.columns(['scope', 'command_id']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** @returns false where this very command is not marked, or has its answer */
export async function answerMarked(tx: Tx, mark: CommandMark, status: number, body: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('command_answer')
    .set({ status, body })
    .where('scope', '=', mark.scope)
    .where('command_id', '=', mark.commandId)
    .where('hash', '=', mark.hash)
    .where('status', '=', 0)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function readCommand(tx: Tx, scope: string, commandId: string): Promise<StoredAnswer | null> {
  const row = await tx
    .selectFrom('command_answer')
    .select(['hash', 'status', 'body'])
    .where('scope', '=', scope)
    .where('command_id', '=', commandId)
    .executeTakeFirst()
  return row ?? null
}

/** What became of an ended run, so that nobody has to read its entries again. */
export async function keepEnded(
  tx: Tx,
  run: { id: string; lastSeq: number },
  { summary, folded }: EndedRun,
): Promise<void> {
  await tx
    .updateTable('workflow_run')
    .set({ summary, folded })
    .where('id', '=', run.id)
    .where('last_seq', '=', run.lastSeq)
    .where('ended_at_ms', 'is not', null)
    .execute()
}

/** @returns false where it goes on, or stands at another entry. What was kept of its end is void. */
export async function reopenRun(tx: Tx, runId: string, afterSeq: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('workflow_run')
    .set({ ended_at_ms: null, summary: null, folded: null })
    .where('id', '=', runId)
    .where('ended_at_ms', 'is not', null)
    .where('last_seq', '=', afterSeq)
    // Not one that is being deleted.
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('workflow_entry').select('seq').where('run_id', '=', runId).where('seq', '=', 1)),
    )
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/**
 * Of the older answers to commands of this scope the run's id is left: whoever asks so late gets the run as it is. Each
 * answer holds a whole run, and a run may get 10,000 commands.
 */
export async function shortenAnswers(tx: Tx, scope: string, kept: number): Promise<void> {
  const older = await tx
    .selectFrom('command_answer')
    .select(['command_id', 'body'])
    .where('scope', '=', scope)
    .where(WHOLE)
    .orderBy('nth', 'desc')
    .orderBy('command_id', 'desc')
    .offset(kept)
    .limit(SHORTENED_AT_ONCE)
    .execute()
  for (const { command_id, body } of older) {
    const { id } = JSON.parse(body) as { id: string }
    await tx
      .updateTable('command_answer')
      .set({ status: 0, body: id })
      .where('scope', '=', scope)
      .where('command_id', '=', command_id)
      .execute()
  }
}

/** Ids of ended runs of a Kafka cluster beyond the newest ones. */
export async function oldestEnded(tx: Tx, clusterId: string, kept: number, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('workflow_run')
    .select('id')
    .where('cluster_id', '=', clusterId)
    .where('ended_at_ms', 'is not', null)
    .orderBy('started_at_ms', 'desc')
    .orderBy('id', 'desc')
    .offset(kept)
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** @returns whether entries are left */
export async function deleteEntries(tx: Tx, runId: string, limit: number): Promise<boolean> {
  const rows = await readSeqs(tx, runId, limit)
  const last = rows.at(-1)
  if (last === undefined) return false
  await tx.deleteFrom('workflow_entry').where('run_id', '=', runId).where('seq', '<=', last).execute()
  return rows.length === limit
}

async function readSeqs(tx: Tx, runId: string, limit: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('workflow_entry')
    .select('seq')
    .where('run_id', '=', runId)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(({ seq }) => seq)
}

/** A run without entries, and the answers to its commands. */
export async function deleteRun(tx: Tx, runId: string): Promise<void> {
  await tx.deleteFrom('command_answer').where('scope', '=', runId).execute()
  await tx.deleteFrom('workflow_run').where('id', '=', runId).execute()
}
