'use client'
/** "What you can lose": now, after each step of the plan, and with one more fault. */
import type { MarginStage } from '../../../server/contract/workflows.ts'
import { lowestWords, marginRows } from './marginRows.ts'
import './marginStrip.css'

export function MarginStrip({ stages }: { stages: readonly MarginStage[] }) {
  return (
    <section className="qd-card qd-strip" aria-label="What you can lose">
      <h2 className="qd-h2">What you can lose</h2>
      <ul>
        {marginRows(stages).map((row) => (
          <li key={row.key} data-tone={row.tone}>
            <span className="pf-v6-screen-reader">{row.spoken}</span>
            <span className="qd-strip__label" aria-hidden="true">
              {row.label}
              {row.fault !== '' && <span className="qd-strip__fault">{row.fault}</span>}
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
    </section>
  )
}
