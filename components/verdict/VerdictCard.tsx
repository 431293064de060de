'use client'
/** The verdict on the page: glyph, sentence, and what it means. A change of it is the one thing that is announced. */
import type { ReactNode } from 'react'
import { Sentence } from '../kit/Age.tsx'
import { Section } from '../kit/Section.tsx'
import { toneGlyph } from './toneGlyph.ts'
import type { Tone, Verdict } from './verdict.ts'
import './verdictCard.css'

export function VerdictCard({
  cluster,
  verdict,
  heading,
}: {
  cluster: string
  verdict: Verdict
  /** `h2` on a page that says something else first. */
  heading?: 'h1' | 'h2'
}) {
  return (
    <Judgement tone={verdict.tone} headline={verdict.headline} heading={heading} code={verdict.code}>
      <Sentence cluster={cluster} words={verdict.detail} />
    </Judgement>
  )
}

interface JudgementProps {
  readonly tone: Tone
  readonly headline: string
  readonly children: ReactNode
  readonly glyph?: string
  readonly code?: string
  readonly heading?: 'h1' | 'h2' | undefined
  /** Where it comes up unasked. */
  readonly role?: 'alert'
}

/** The same look for whatever else a page has to say first. */
export function Judgement({ tone, headline, children, glyph, code, heading: Heading = 'h1', role }: JudgementProps) {
  return (
    <Section className="qd-verdict" data-tone={tone} data-code={code} role={role} label="Verdict">
      <div className="qd-verdict__line">
        <span className="qd-glyph qd-verdict__glyph" data-tone={tone} aria-hidden="true">
          {glyph ?? toneGlyph[tone]}
        </span>
        <div>
          <Heading className="qd-verdict__headline" aria-live="polite">
            {headline}
          </Heading>
          <p className={tone === 'stale' ? undefined : 'qd-dim'}>{children}</p>
        </div>
      </div>
    </Section>
  )
}
