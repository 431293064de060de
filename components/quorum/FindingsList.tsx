'use client'
/** What a person should know, gravest first; each says what it means and what to do. */
import type { Finding } from '../../server/contract/quorumView.ts'
import { severitySign } from './healthWords.ts'
import { Tag } from './Tag.tsx'
import './findingsList.css'

const ORDER = { critical: 0, warning: 1, info: 2 } as const

export function FindingsList({ findings }: { findings: readonly Finding[] }) {
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
                <details open={finding.severity === 'critical'}>
                  <summary>
                    <Tag tone={sign.tone} glyph={sign.glyph}>
                      {sign.word}
                    </Tag>
                    <span className="qd-finding__title">{finding.title}</span>
                  </summary>
                  <p className="qd-small">{finding.detail}</p>
                </details>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
