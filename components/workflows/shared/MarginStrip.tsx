'use client'
/** "What you can lose": now, after each step of the plan, and with one more fault. */
import type { MarginStage } from '../../../server/contract/workflows.ts'
import { Section } from '../../kit/Section.tsx'
import { lowestWords, marginRows } from './marginRows.ts'
import './marginStrip.css'

export function MarginStrip({ stages }: { stages: readonly MarginStage[] }) {
  return (
    <Section title="What you can lose" className="qd-strip">
      <ul>
        {marginRows(stages).map((row) => (
          <li key={row.key} data-tone={row.tone}>
            <span className="pf-v6-screen-reader">{row.spoken}</span>
            <span className="qd-strip__label" aria-hidden="true">
              {row.label}
              {row.fault !== '' && <span className="qd-small qd-dim qd-strip__fault">{row.fault}</span>}
            </span>
            <span className="qd-strip__pips" aria-hidden="true">
              {row.pips.map((pip) => (
                <i key={pip.key} data-look={pip.look} data-new={pip.isNew}>
                  {pip.nodeId}
                </i>
              ))}
            </span>
            <b className="qd-num" aria-hidden="true">
              {row.margin}
            </b>
          </li>
        ))}
      </ul>
      <p className="qd-small qd-dim">{lowestWords(stages)}</p>
    </Section>
  )
}
