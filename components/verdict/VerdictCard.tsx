'use client'
/** The verdict on the page: glyph, sentence, and what it means. A change of it is the one thing that is announced. */
import { Sentence } from '../kit/Age.tsx'
import { toneGlyph } from './toneGlyph.ts'
import type { Verdict } from './verdict.ts'
import './verdictCard.css'

export function VerdictCard({
  cluster,
  verdict,
  heading: Heading = 'h1',
}: {
  cluster: string
  verdict: Verdict
  /** `h2` on a page that says something else first. */
  heading?: 'h1' | 'h2'
}) {
  return (
    <section className="qd-card qd-verdict" data-tone={verdict.tone} data-code={verdict.code} aria-label="Verdict">
      <div className="qd-verdict__glyph" aria-hidden="true">
        {toneGlyph[verdict.tone]}
      </div>
      <div>
        <Heading className="qd-verdict__headline" aria-live="polite">
          {verdict.headline}
        </Heading>
        <p className="qd-verdict__detail">
          <Sentence cluster={cluster} words={verdict.detail} />
        </p>
      </div>
    </section>
  )
}
