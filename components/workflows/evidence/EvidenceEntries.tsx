'use client'
/** The journal of a run: every entry as it was kept, its data folded away on the screen and open on paper. */
import { Button, CodeBlock, CodeBlockCode, List } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Evidence } from '../../../server/contract/workflows.ts'
import { Section } from '../../kit/Section.tsx'

export function EvidenceEntries({ entries }: { entries: Evidence['entries'] }) {
  const [all, setAll] = useState(false)
  useEffect(() => {
    // The paper shows what is open when it is laid out.
    const open = () => flushSync(() => setAll(true))
    window.addEventListener('beforeprint', open)
    return () => window.removeEventListener('beforeprint', open)
  }, [])
  return (
    <Section title="Journal" note={entries.length}>
      <p>
        <Button variant="link" isInline onClick={() => setAll(!all)}>
          {all ? 'Fold all data away' : 'Show all data'}
        </Button>
      </p>
      <List component="ol" isPlain isBordered>
        {entries.map((entry) => (
          <li key={entry.seq}>
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
        ))}
      </List>
    </Section>
  )
}
