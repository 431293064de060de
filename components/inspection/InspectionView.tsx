'use client'
/** What the files mean, the gravest first; then what is in each. */
import type { Inspection } from '../../server/contract/inspection.ts'
import { Findings } from './Findings.tsx'

export function InspectionView({ inspection }: { inspection: Inspection }) {
  const { files, findings, ranking, comparedWith } = inspection
  return (
    <div className="qd-inspect__columns">
      <section className="qd-card" aria-label="What it means" aria-live="polite">
        <h2 className="qd-h2">
          What it means{' '}
          <span className="qd-dim">
            {comparedWith === null
              ? 'the quorum was not observed: nothing is compared'
              : `compared with ${comparedWith}`}
          </span>
        </h2>
        {findings.length === 0 && <p className="qd-empty">Nothing can be said of these files.</p>}
        {ranking.length > 1 && (
          <ol className="qd-inspect__ranking" aria-label="Copies of the metadata log, the furthest first">
            {ranking.map(({ disk, nodeId, directoryId, epoch, logEndOffset }) => (
              <li key={disk}>
                <b>{nodeId === null ? disk || 'files without a folder' : `node ${nodeId}`}</b>{' '}
                <span className="qd-mono qd-dim">{directoryId ?? disk}</span> epoch {epoch}, log end offset{' '}
                {logEndOffset}
              </li>
            ))}
          </ol>
        )}
        <Findings findings={findings} />
      </section>
      <section className="qd-card" aria-label="What is in the files">
        <h2 className="qd-h2">What is in the files</h2>
        {files.map(({ name, kind, problem, facts }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and the list does not change
          <div key={i} className="qd-inspect__file">
            <h3>
              {kind === 'unknown' ? name : kind}{' '}
              {kind !== 'unknown' && name !== kind && <span className="qd-dim">{name}</span>}
            </h3>
            {problem !== '' && <p className="qd-inspect__problem">{problem}</p>}
            {facts.length > 0 && (
              <dl>
                {facts.map(({ label, value }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd className="qd-mono">{value}</dd>
                  </div>
                ))}
              </dl>
            )}
          </div>
        ))}
      </section>
    </div>
  )
}
