'use client'
/** Silences that count now or later, and a way to set one. */
import { Button, List } from '@patternfly/react-core'
import { useState } from 'react'
import { Refused } from '../kit/gates/Refused.tsx'
import { Section } from '../kit/Section.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { useSilences } from '../live/queries/alerts/useSilences.ts'
import { silenceText } from './alertWords.ts'
import { SilenceForm } from './SilenceForm.tsx'

export function SilenceList({ mayAct, nowMs }: { mayAct: boolean; nowMs: number }) {
  const { silences, error, end, refused } = useSilences()
  const [adding, setAdding] = useState(false)
  return (
    <Section title="Silences" note={silences === null || silences.length === 0 ? undefined : silences.length}>
      {error !== null && <Refused error={error} />}
      {silences?.length === 0 && <p className="qd-dim">None. Every alert is told.</p>}
      {silences !== null && silences.length > 0 && (
        <List isPlain isBordered aria-label="Silences">
          {silences.map((silence) => (
            <li key={silence.id}>
              <b>{silenceText(silence)}</b>
              <p className="qd-small qd-dim">
                {silence.fromMs > nowMs && `From ${formatMoment(silence.fromMs, nowMs)}. `}
                {silence.untilMs === null
                  ? 'Until the guided change ends or pauses'
                  : `Until ${formatMoment(silence.untilMs, nowMs)}`}
                {' · '}
                {silence.createdBy}: {silence.reason}
              </p>
              {mayAct && silence.run === null && (
                <Button variant="link" isInline size="sm" onClick={() => end(silence.id)}>
                  End it now
                </Button>
              )}
            </li>
          ))}
        </List>
      )}
      {refused !== null && <Refused error={refused} />}
      {mayAct && !adding && (
        <div>
          <Button variant="secondary" size="sm" onClick={() => setAdding(true)}>
            New silence…
          </Button>
        </div>
      )}
      {adding && <SilenceForm like={{}} onDone={() => setAdding(false)} />}
    </Section>
  )
}
