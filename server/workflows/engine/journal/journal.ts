/**
 * The journal of the workflows: what was intended, sent and seen, in order, and who may change a quorum. When a call has
 * resolved, what it wrote is synced to disk; when it has thrown, nothing of it was written. Entries are never changed.
 *
 * One run at a time holds the change lock of a Kafka cluster id. Taking it gives a fencing token, higher than every one
 * before it for that cluster id; whoever appends names its token, so that a holder of the past writes nothing more.
 */
import type { Transaction } from 'kysely'
import type { Actor, WorkflowKind } from '../../../contract/workflows.ts'
import { inSlices, turn } from '../../../quorum/reading/slices.ts'
import type { Database } from '../../../storage/database.ts'
import type { Tables } from '../../../storage/tables.ts'
import {
  advance,
  answerMarked,
  deleteEntries,
  deleteRun,
  entryOf,
  insertCommand,
  insertEntries,
  insertRun,
  keepEnded,
  lockHolder,
  oldestEnded,
  type RunRows,
  readCommand,
  readRows,
  readRuns,
  releaseLock,
  reopenRun,
  shortenAnswers,
  takeFreeLock,
} from './journalStatements.ts'

export interface JournalEntry {
  /** 1-based, without gaps in a run; the revision of the run after it. */
  seq: number
  atMs: number
  actor: Actor
  /** What kind of event; the engine knows them, the journal does not. */
  type: string
  text: string
  /** Anything that JSON can hold; what it cannot hold reads back as JSON leaves it. */
  data: unknown
}
export type NewEntry = Omit<JournalEntry, 'seq'>

export interface RunIdentity {
  id: string
  kind: WorkflowKind
  /** Name of the cluster in the configuration. */
  cluster: string
  /** Kafka's cluster id, to which the change lock belongs. */
  clusterId: string
  startedAtMs: number
}

/** What an ended run was, so that its entries need not be read again. JSON of the engine's own. */
export interface EndedRun {
  /** Its line in a list. */
  summary: string
  /** What its entries make of it. */
  folded: string
}

/** A run without its entries. */
export interface RunRecord extends RunIdentity {
  endedAtMs: number | null
  /** Seq of the newest entry. */
  lastSeq: number
  /** Fencing token while the run holds the change lock; `null` once another has pre-empted it, or it has ended. */
  token: number | null
  /** `null` while it goes on, and where it ended under an older Quorumdeck. */
  summary: string | null
  folded: string | null
}

export interface StoredRun extends RunRecord {
  entries: JournalEntry[]
}

export interface CommandMark {
  /** Run id, or `start:<cluster>`. */
  scope: string
  commandId: string
  /** Of the command as it came in: the same id with other words is a mistake of the sender. */
  hash: string
}

export interface StoredAnswer {
  hash: string
  /** HTTP status; 0 where the command was marked and then the process ended: whether it took effect is in the run. */
  status: number
  /** The answer; with status 0 the id of the run that the command began, or nothing. */
  body: string
}

export interface Preemption {
  id: string
  afterSeq: number
  token: number
  /** Appended to the run that gives way. */
  entries: NewEntry[]
}

export interface Append {
  id: string
  /** Seq of the newest entry that the writer has seen. */
  afterSeq: number
  /** Of the change lock; `null` for a run that does not hold it. */
  token: number | null
  entries: NewEntry[]
  /** The command that led to these entries, marked in the same transaction. */
  command: CommandMark | null
  /** Not `null`: the run ends, and gives the lock back. */
  endedAtMs: number | null
  /** Of a run that ends. */
  ended?: EndedRun
}

/** Another run holds the change lock of the Kafka cluster. Nothing was written. */
export class ChangeLockHeld extends Error {
  override readonly name = 'ChangeLockHeld'
  /** Id of the run that holds it. */
  readonly holder: string

  constructor(clusterId: string, holder: string) {
    super(
      `Workflow ${holder} holds the change lock of Kafka cluster ${clusterId}: one change at a time. Finish it first.`,
    )
    this.holder = holder
  }
}

/** The run has moved on, has ended, or another holds its lock; or the command is known. Nothing was written. */
export class JournalConflict extends Error {
  override readonly name = 'JournalConflict'

  constructor(what: string) {
    super(`${what} Nothing was written. Read the workflow again and decide anew.`)
  }
}

/** Rows of one page: the largest entries of older journals have 330 kB each. */
const PAGE = 20
/** Whole answers to commands that are kept for each run: somebody who asks again does so within seconds. */
const WHOLE_ANSWERS = 20
/** Entries that one statement deletes. */
const DELETED_AT_ONCE = 100

export interface Journal {
  /** Runs that have not ended, oldest first; of all clusters, or of one name. */
  active(cluster?: string): Promise<RunRecord[]>
  find(id: string): Promise<RunRecord | null>
  /** The entries of a run in their order, page by page: everything else gets its turn between two. */
  pages(id: string): AsyncGenerator<JournalEntry[]>
  /** A run with all its entries: of a short one. */
  read(id: string): Promise<StoredRun | null>
  /** Newest first, ended ones too. */
  recent(clusterId: string, limit: number): Promise<RunRecord[]>
  /** What an ended run was, where it was not kept when it ended. */
  keepEnded(run: Pick<RunRecord, 'id' | 'lastSeq'>, ended: EndedRun): Promise<void>
  /**
   * Deletes ended runs of this Kafka cluster with their entries and answers, but for the newest.
   * @returns how many
   */
  retain(clusterId: string, newest: number): Promise<number>
  /**
   * Begins a run and takes the change lock for it, from the run that `preempts` names where there is one.
   * @throws ChangeLockHeld where another run holds the lock
   * @throws JournalConflict where the pre-empted run has moved on, or the id or the command is known already
   */
  begin(
    run: RunIdentity,
    entries: NewEntry[],
    options: { command: CommandMark | null; preempts: Preemption | null },
  ): Promise<RunRecord>
  /** @throws JournalConflict where the run has moved on or ended, the token is not its own, or the command is known already */
  append(change: Append): Promise<void>
  /**
   * A run that has ended goes on with these entries, and takes the change lock.
   * @returns the fencing token
   * @throws ChangeLockHeld where another run holds the lock
   * @throws JournalConflict where the run goes on, stands at another entry, or the command is known already
   */
  reopen(change: Pick<Append, 'id' | 'afterSeq' | 'entries' | 'command'>): Promise<number>
  /**
   * A run that was pre-empted takes the lock again; a run that holds it keeps its token.
   * @returns the fencing token
   * @throws ChangeLockHeld where another run holds the lock
   * @throws JournalConflict where there is no such run, or it has ended
   */
  takeLock(id: string): Promise<number>
  command(scope: string, commandId: string): Promise<StoredAnswer | null>
  /**
   * Keeps the answer to a command, marked before or not. The first answer stands: a second one is not kept.
   * @throws JournalConflict where the id belongs to another command
   */
  answer(mark: CommandMark, status: number, body: string): Promise<void>
}

type Tx = Transaction<Tables>

async function findRun(tx: Tx, id: string): Promise<RunRecord | null> {
  const [run] = await readRuns(tx, (rows) => rows.where('run.id', '=', id))
  return run ?? null
}

/** Why a compare-and-set did not take effect. */
async function conflict(tx: Tx, { id, afterSeq, token }: Pick<Append, 'id' | 'afterSeq' | 'token'>) {
  const run = await findRun(tx, id)
  if (run === null) return new JournalConflict(`Workflow ${id} is not in the journal.`)
  if (run.endedAtMs !== null) return new JournalConflict(`Workflow ${id} has ended.`)
  if (run.token !== token) {
    const text = (value: number | null) => (value === null ? 'no change lock' : `the change lock by token ${value}`)
    return new JournalConflict(`Workflow ${id} holds ${text(run.token)}, and the writer counted on ${text(token)}.`)
  }
  return new JournalConflict(`Workflow ${id} stands at entry ${run.lastSeq}, not ${afterSeq}.`)
}

async function appendTo(tx: Tx, change: Omit<Append, 'command'>): Promise<void> {
  if (!(await advance(tx, { ...change, count: change.entries.length }))) throw await conflict(tx, change)
  await insertEntries(tx, change.id, change.afterSeq, change.entries)
  if (change.endedAtMs !== null) await releaseLock(tx, change.id)
  const run = { id: change.id, lastSeq: change.afterSeq + change.entries.length }
  if (change.ended !== undefined) await keepEnded(tx, run, change.ended)
}

async function lock(tx: Tx, clusterId: string, id: string): Promise<number> {
  const token = await takeFreeLock(tx, clusterId, id)
  if (token !== null) return token
  throw new ChangeLockHeld(clusterId, (await lockHolder(tx, clusterId)) ?? 'unknown')
}

async function mark(tx: Tx, command: CommandMark | null, body = ''): Promise<void> {
  if (command === null || (await insertCommand(tx, command, 0, body))) return
  throw new JournalConflict(`Command ${command.commandId} of ${command.scope} was taken before.`)
}

/** Lets the resting run give way, for a run on the same Kafka cluster. */
async function preempt(tx: Tx, clusterId: string, resting: Preemption): Promise<void> {
  const run = await findRun(tx, resting.id)
  if (run !== null && run.clusterId !== clusterId)
    throw new JournalConflict(`Workflow ${run.id} belongs to Kafka cluster ${run.clusterId}, not ${clusterId}.`)
  await appendTo(tx, { ...resting, endedAtMs: null })
  await releaseLock(tx, resting.id)
}

/**
 * @param fence asked in the transaction of every write that moves a run, where several servers share a database
 * @throws LeaseLost from those
 */
export function openJournal({ queries }: Database, fence?: (tx: Tx) => Promise<void>): Journal {
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => queries.transaction().execute(work)
  const fenced = <T>(work: (tx: Tx) => Promise<T>) =>
    inTransaction(async (tx) => {
      await fence?.(tx)
      return await work(tx)
    })
  const read = (pick: (rows: RunRows) => RunRows) => inTransaction((tx) => readRuns(tx, pick))

  async function* pages(id: string): AsyncGenerator<JournalEntry[]> {
    for (let afterSeq = 0; ; ) {
      const rows = await inTransaction((tx) => readRows(tx, id, afterSeq, PAGE))
      const entries: JournalEntry[] = []
      await inSlices(rows, (row) => entries.push(entryOf(row)))
      if (entries.length > 0) yield entries
      const last = entries.at(-1)
      if (last === undefined || entries.length < PAGE) return
      afterSeq = last.seq
      await turn()
    }
  }

  const deleted = async (id: string): Promise<void> => {
    // Unless it was taken up again meanwhile.
    const whileEnded = <T>(work: (tx: Tx) => Promise<T>) =>
      inTransaction(async (tx) => ((await findRun(tx, id))?.endedAtMs == null ? null : await work(tx)))
    while ((await whileEnded((tx) => deleteEntries(tx, id, DELETED_AT_ONCE))) === true) await turn()
    await whileEnded((tx) => deleteRun(tx, id))
  }

  return {
    find: (id) => inTransaction((tx) => findRun(tx, id)),
    pages,
    keepEnded: (run, ended) => inTransaction((tx) => keepEnded(tx, run, ended)),
    retain: async (clusterId, newest) => {
      for (let count = 0; ; count += 1) {
        const [oldest] = await inTransaction((tx) => oldestEnded(tx, clusterId, newest, 1))
        if (oldest === undefined) return count
        await deleted(oldest)
      }
    },

    active: (cluster) =>
      read((rows) => {
        const all = rows.where('run.ended_at_ms', 'is', null).orderBy('run.started_at_ms').orderBy('run.id')
        return cluster === undefined ? all : all.where('run.cluster', '=', cluster)
      }),

    read: async (id) => {
      const run = await inTransaction((tx) => findRun(tx, id))
      if (run === null) return null
      const entries: JournalEntry[] = []
      for await (const page of pages(id)) for (const entry of page) entries.push(entry)
      return { ...run, entries }
    },

    recent: (clusterId, limit) =>
      read((rows) =>
        rows
          .where('run.cluster_id', '=', clusterId)
          .orderBy('run.started_at_ms', 'desc')
          .orderBy('run.id', 'desc')
          .limit(limit),
      ),

    begin: (run, entries, { command, preempts }) =>
      fenced(async (tx) => {
        // First, so that the same request a second time gets that answer and not that its own first run holds the lock.
        await mark(tx, command, run.id)
        if (preempts !== null) await preempt(tx, run.clusterId, preempts)
        if (!(await insertRun(tx, run))) throw new JournalConflict(`Workflow ${run.id} is in the journal already.`)
        const token = await lock(tx, run.clusterId, run.id)
        await appendTo(tx, { id: run.id, afterSeq: 0, token, entries, endedAtMs: null })
        const begun = await findRun(tx, run.id)
        if (begun === null) throw new Error(`Workflow ${run.id} was written and cannot be read.`)
        return begun
      }),

    append: (change) =>
      fenced(async (tx) => {
        await mark(tx, change.command)
        await appendTo(tx, change)
      }),

    reopen: ({ id, afterSeq, entries, command }) =>
      fenced(async (tx) => {
        await mark(tx, command)
        const run = await findRun(tx, id)
        if (run === null || !(await reopenRun(tx, id, afterSeq)))
          throw new JournalConflict(`Workflow ${id} ${run === null ? 'is not in the journal' : 'has moved on'}.`)
        const token = await lock(tx, run.clusterId, id)
        await appendTo(tx, { id, afterSeq, token, entries, endedAtMs: null })
        return token
      }),

    takeLock: (id) =>
      fenced(async (tx) => {
        const run = await findRun(tx, id)
        if (run === null || run.endedAtMs !== null)
          throw new JournalConflict(`Workflow ${id} ${run === null ? 'is not in the journal' : 'has ended'}.`)
        return run.token ?? (await lock(tx, run.clusterId, id))
      }),

    command: (scope, commandId) => inTransaction((tx) => readCommand(tx, scope, commandId)),

    answer: (command, status, body) =>
      fenced(async (tx) => {
        const isKept =
          (await insertCommand(tx, command, status, body)) || (await answerMarked(tx, command, status, body))
        if (isKept) return await shortenAnswers(tx, command.scope, WHOLE_ANSWERS)
        const kept = await readCommand(tx, command.scope, command.commandId)
        if (kept?.hash === command.hash) return
        throw new JournalConflict(`Command ${command.commandId} of ${command.scope} was another command before.`)
      }),
  }
}
