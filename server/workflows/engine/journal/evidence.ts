/** The evidence of a run: what was decided and seen, entry by entry, in pages. */
import type { Evidence } from '../../../contract/workflows.ts'
import type { JournalEntry } from './journal.ts'

export type EvidenceEntry = Evidence['entries'][number]

/** All of it but the entries, and the entries page by page: a run may have 10,000. */
export type EvidenceInPages = Omit<Evidence, 'entries' | 'notes'> & { pages: AsyncGenerator<EvidenceEntry[]> }

export async function* evidencePages(pages: AsyncIterable<JournalEntry[]>): AsyncGenerator<EvidenceEntry[]> {
  for await (const page of pages) {
    yield page.map(({ seq, atMs, actor, type, text, data }) => ({ seq, atMs, actor: actor.name, type, text, data }))
  }
}

/** As one JSON text of an {@link Evidence}, in pieces. */
export async function* evidenceText({
  pages,
  ...head
}: EvidenceInPages & Pick<Evidence, 'notes'>): AsyncGenerator<string> {
  const text = JSON.stringify({ ...head, entries: [] } satisfies Evidence)
  // It ends in `[]}`.
  yield text.slice(0, -2)
  let separator = ''
  for await (const page of pages) {
    for (const entry of page) {
      yield separator + JSON.stringify(entry)
      separator = ','
    }
  }
  yield ']}'
}

/** All of it at once: of a short run. */
export async function wholeEvidence({ pages, ...head }: EvidenceInPages): Promise<Evidence> {
  const entries: EvidenceEntry[] = []
  for await (const page of pages) for (const entry of page) entries.push(entry)
  return { ...head, entries, notes: [] }
}
