'use client'
/** What was found in files that somebody gave, and what to do about it. */
import type { DiskFinding } from '../../server/contract/inspection.ts'
import { Tag, type TagTone } from '../kit/Tag.tsx'
import './inspection.css'

const SIGN: Readonly<Record<DiskFinding['severity'], readonly [tone: TagTone, glyph: string, word: string]>> = {
  critical: ['danger', '✕', 'wrong'],
  warning: ['caution', '!', 'take care'],
  info: ['info', 'i', 'to know'],
  good: ['ok', '✓', 'as it should be'],
}

export function Findings({ findings }: { findings: readonly DiskFinding[] }) {
  return (
    <ul className="qd-inspect__findings">
      {findings.map(({ code, severity, title, detail, remedy }) => {
        const [tone, glyph, word] = SIGN[severity]
        return (
          <li key={`${code} ${title}`} data-code={code}>
            <Tag tone={tone} glyph={glyph}>
              {word}
            </Tag>
            <div>
              <h3>{title}</h3>
              <p>{detail}</p>
              {remedy !== '' && <p className="qd-inspect__remedy">→ {remedy}</p>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
