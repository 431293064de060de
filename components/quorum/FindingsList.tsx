'use client'
/** What a person should know, gravest first; each says what it means and what to do. */
import Link from 'next/link'
import type { Finding, QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { Tag } from '../kit/Tag.tsx'
import { severitySign } from '../kit/words/healthWords.ts'
import { linksFromFinding } from '../workflows/links/wizardLinks.ts'
import './findingsList.css'

const ORDER = { critical: 0, warning: 1, info: 2 } as const

export function FindingsList({
  view,
  mayAct,
}: {
  view: QuorumView
  /** Whether to offer the wizards that deal with a finding. */
  mayAct: boolean
}) {
  const { findings, cluster, replicas, incidents, quorum } = view
  // While the quorum is two, or has lost what it committed, every wizard is refused: none is offered.
  const offers = mayAct && incidents.length === 0 && quorum.rivals.length === 0
  const sorted = [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity])
  return (
    <section className="qd-card" aria-label="Findings">
      <h2 className="qd-h2">
        Findings <span className="qd-dim">{findings.length > 0 ? findings.length : ''}</span>
      </h2>
      {sorted.length === 0 ? (
        <p className="qd-small qd-dim qd-empty">Nothing to report: every check passes.</p>
      ) : (
        <ul className="qd-findings">
          {sorted.map((finding) => {
            const sign = severitySign(finding.severity)
            const where = finding.replicas.map((one) => `${one.nodeId}.${one.directoryId}`).join()
            return (
              <li key={`${finding.code} ${where} ${finding.title}`}>
                <details open={opens(finding, offers, replicas)}>
                  <summary>
                    <Tag tone={sign.tone} glyph={sign.glyph}>
                      {sign.word}
                    </Tag>
                    <span className="qd-finding__title">{finding.title}</span>
                  </summary>
                  <p className="qd-small">{finding.detail}</p>
                  {offers && <WaysOut cluster={cluster} finding={finding} replicas={replicas} />}
                </details>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

/** What is grave, or can be mended from here, is not hidden behind a click. */
function opens(finding: Finding, mayAct: boolean, replicas: readonly ReplicaView[]): boolean {
  if (finding.severity !== 'warning') return finding.severity === 'critical'
  return mayAct && linksFromFinding('', finding, replicas).length > 0
}

function WaysOut({
  cluster,
  finding,
  replicas,
}: {
  cluster: string
  finding: Finding
  replicas: readonly ReplicaView[]
}) {
  const ways = linksFromFinding(cluster, finding, replicas)
  if (ways.length === 0) return null
  return (
    <p className="qd-small qd-finding__ways">
      {ways.map(({ label, href }) => (
        <Link key={href} href={href} prefetch={false}>
          {label}
        </Link>
      ))}
    </p>
  )
}
