'use client'
/** What a person should know, gravest first; each says what it means and what to do. */
import { List, ListVariant } from '@patternfly/react-core'
import { gravestFirst } from '../../server/contract/advice.ts'
import type { Finding, QuorumView } from '../../server/contract/quorumView.ts'
import { Link } from '../kit/address/Link.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { severitySign } from '../kit/words/healthWords.ts'
import { linksFromFinding } from '../workflows/links/wizardLinks.ts'

export function FindingsList({
  view,
  mayAct,
}: {
  view: QuorumView
  /** Whether to offer the wizards that deal with a finding. */
  mayAct: boolean
}) {
  const { findings, incidents, quorum } = view
  // While the quorum is two, or has lost what it committed, every wizard is refused: none is offered.
  const offers = mayAct && incidents.length === 0 && quorum.rivals.length === 0
  const sorted = gravestFirst(findings)
  return (
    <Section title="Findings" note={findings.length > 0 ? findings.length : undefined} label="Findings">
      {sorted.length === 0 ? (
        <p className="qd-dim">Nothing to report: every check passes.</p>
      ) : (
        <List isPlain>
          {sorted.map((finding) => {
            const sign = severitySign(finding.severity)
            const where = finding.replicas.map((one) => `${one.nodeId}.${one.directoryId}`).join()
            return (
              <li key={`${finding.code} ${where} ${finding.title}`}>
                <details open={opens(finding, offers, view)}>
                  <summary>
                    <Tag tone={sign.tone} glyph={sign.glyph}>
                      {sign.word}
                    </Tag>{' '}
                    {finding.title}
                  </summary>
                  <p className="qd-dim">{finding.detail}</p>
                  {offers && <WaysOut finding={finding} view={view} />}
                </details>
              </li>
            )
          })}
        </List>
      )}
    </Section>
  )
}

/** What is grave, or can be mended from here, is not hidden behind a click. */
function opens(finding: Finding, mayAct: boolean, { replicas }: QuorumView): boolean {
  if (finding.severity !== 'warning') return finding.severity === 'critical'
  return mayAct && linksFromFinding('', finding, replicas).length > 0
}

function WaysOut({ finding, view: { cluster, replicas, quorum } }: { finding: Finding; view: QuorumView }) {
  const ways = linksFromFinding(cluster, finding, replicas, quorum.leaderless)
  if (ways.length === 0) return null
  return (
    <List isPlain variant={ListVariant.inline} aria-label="What to do about it">
      {ways.map(({ label, href }) => (
        <li key={href}>
          <Link href={href} prefetch={false}>
            {label}
          </Link>
        </li>
      ))}
    </List>
  )
}
