/** Between entries of a run and rows of the journal. */

import { isObserver } from '../../../contract/voters.ts'
import { foldEntry } from '../../run/fold.ts'
import type { QuorumRecord, Run, RunEntry } from '../../run/run.ts'
import { concernedBy } from './concerned.ts'
import type { Journal, JournalEntry, NewEntry, RunRecord } from './journal.ts'

/** Of the quorum the voters and the rows that the run is about: with 1,000 observers an entry had 330 kB. */
function ofConcern({ replicas, ...quorum }: QuorumRecord, concerned: ReadonlySet<number>): QuorumRecord {
  return { ...quorum, replicas: replicas.filter((r) => !isObserver(r) || concerned.has(r.nodeId)) }
}

export function toStored(entry: RunEntry, run: Run): NewEntry {
  const { type, atMs, actor, text, ...data } = entry
  const quorum = 'quorum' in entry && entry.quorum !== null ? ofConcern(entry.quorum, concernedBy(run)) : null
  return { type, atMs, actor, text, data: quorum === null ? data : { ...data, quorum } }
}

/** The journal is our own and synced entry by entry: what was written is what is read. */
export function fromStored({ type, atMs, actor, text, data }: JournalEntry): RunEntry {
  return { ...(data as object), type, atMs, actor, text } as RunEntry
}

/** What the entries make of a run; of one that has ended it was kept. */
export async function runOf(journal: Journal, { id, cluster, clusterId, folded }: RunRecord): Promise<Run> {
  if (folded !== null) return JSON.parse(folded) as Run
  let run: Run | null = null
  for await (const page of journal.pages(id)) {
    for (const entry of page) run = foldEntry({ id, cluster, clusterId }, run, fromStored(entry))
  }
  if (run === null) throw new Error(`the journal of run ${id} is empty`)
  return run
}
