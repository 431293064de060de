'use client'
/** What was found in files that somebody gave, and what to do about it. */
import { List } from '@patternfly/react-core'
import type { DiskFinding } from '../../server/contract/inspection.ts'
import { Subtitle } from '../kit/Subtitle.tsx'
import { Tag, type TagTone } from '../kit/Tag.tsx'

const SIGN: Readonly<Record<DiskFinding['severity'], readonly [tone: TagTone, glyph: string, word: string]>> = {
  critical: ['danger', '✕', 'wrong'],
  warning: ['caution', '!', 'take care'],
  info: ['info', 'i', 'to know'],
  good: ['ok', '✓', 'as it should be'],
}

export function Findings({ findings }: { findings: readonly DiskFinding[] }) {
  return (
    <List isPlain isBordered>
      {findings.map(({ code, severity, title, detail, remedy }) => {
        const [tone, glyph, word] = SIGN[severity]
        return (
          <li key={`${code} ${title}`} data-code={code}>
            <Subtitle level="h3">
              <Tag tone={tone} glyph={glyph}>
                {word}
              </Tag>{' '}
              {title}
            </Subtitle>
            <p className="qd-dim">{detail}</p>
            {remedy !== '' && <p>→ {remedy}</p>}
          </li>
        )
      })}
    </List>
  )
}
