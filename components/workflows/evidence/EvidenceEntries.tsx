'use client'
/** The journal of a run: every entry as it was kept, its data folded away on the screen and open on paper. */
import { Button, CodeBlock, CodeBlockCode, List } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import type { RoomNote } from '../../../server/contract/room/notes.ts'
import type { Evidence } from '../../../server/contract/workflows.ts'
import { Section } from '../../kit/Section.tsx'

export function EvidenceEntries({ entries, notes }: Pick<Evidence, 'entries' | 'notes'>) {
  const [all, setAll] = useState(false)
  useEffect(() => {
    // The paper shows what is open when it is laid out.
    const open = () => flushSync(() => setAll(true))
    window.addEventListener('beforeprint', open)
    return () => window.removeEventListener('beforeprint', open)
  }, [])
  return (
    <Section title="Journal" note={entries.length + notes.length}>
      <p>
        <Button variant="link" isInline onClick={() => setAll(!all)}>
          {all ? 'Fold all data away' : 'Show all data'}
        </Button>
      </p>
      <List component="ol" isPlain isBordered>
        {inOrder(entries, notes).map(({ entry, note }) =>
          note !== null ? (
            <li key={note.id}>
              <p>
                <span className="qd-mono qd-dim">Note · {new Date(note.atMs).toISOString().slice(11, 23)}</span>{' '}
                <span className="qd-note__text">{note.text}</span> <span className="qd-dim">by {note.by.name}</span>
              </p>
            </li>
          ) : (
            <Entry key={entry.seq} entry={entry} all={all} />
          ),
        )}
      </List>
    </Section>
  )
}

type Line =
  | { readonly entry: Evidence['entries'][number]; readonly note: null }
  | { readonly entry: null; readonly note: RoomNote }

/** Notes stand where they were written; the journal keeps its own order. */
function inOrder(entries: Evidence['entries'], notes: Evidence['notes']): readonly Line[] {
  const left = [...notes]
  const lines: Line[] = []
  for (const entry of entries) {
    while (left[0] !== undefined && left[0].atMs < entry.atMs) {
      const note = left.shift()
      if (note !== undefined) lines.push({ entry: null, note })
    }
    lines.push({ entry, note: null })
  }
  for (const note of left) lines.push({ entry: null, note })
  return lines
}

function Entry({ entry, all }: { readonly entry: Evidence['entries'][number]; readonly all: boolean }) {
  return (
    <li>
      <p>
        <span className="qd-mono qd-dim">
          {entry.seq} · {new Date(entry.atMs).toISOString().slice(11, 23)}
        </span>{' '}
        <b>{entry.text}</b> <span className="qd-dim">by {entry.actor}</span>
      </p>
      {entry.data !== null && entry.data !== undefined && (
        <details open={all}>
          <summary className="qd-small">{entry.type}, as it was kept</summary>
          <CodeBlock>
            <CodeBlockCode>{JSON.stringify(entry.data, null, 2)}</CodeBlockCode>
          </CodeBlock>
        </details>
      )}
    </li>
  )
}
