/** Between entries of a run and rows of the journal. */
import type { JournalEntry, NewEntry, StoredRun } from './journal.ts'
import { foldRun, type Run, type RunEntry } from './run.ts'

export function toStored({ type, atMs, actor, text, ...data }: RunEntry): NewEntry {
  return { type, atMs, actor, text, data }
}

/** The journal is our own and synced entry by entry: what was written is what is read. */
export function fromStored({ type, atMs, actor, text, data }: JournalEntry): RunEntry {
  return { ...(data as object), type, atMs, actor, text } as RunEntry
}

export function runOf({ id, cluster, clusterId, entries }: StoredRun): Run {
  return foldRun({ id, cluster, clusterId }, entries.map(fromStored))
}
