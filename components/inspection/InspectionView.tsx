'use client'
/** What the files mean, the gravest first; then what is in each. */
import { HelperText, HelperTextItem, List } from '@patternfly/react-core'
import type { Inspection } from '../../server/contract/inspection.ts'
import { Facts } from '../kit/Facts.tsx'
import { Section } from '../kit/Section.tsx'
import { Subtitle } from '../kit/Subtitle.tsx'
import { Findings } from './Findings.tsx'

export function InspectionView({ inspection }: { inspection: Inspection }) {
  const { files, findings, ranking, comparedWith } = inspection
  return (
    <div className="qd-split">
      <Section
        title="What it means"
        label="What it means"
        note={
          comparedWith === null ? 'the quorum was not observed: nothing is compared' : `compared with ${comparedWith}`
        }
        aria-live="polite"
      >
        {findings.length === 0 && <p>No findings for these files.</p>}
        {ranking.length > 1 && (
          <List component="ol" aria-label="Copies of the metadata log, the furthest first">
            {ranking.map(({ disk, nodeId, directoryId, epoch, logEndOffset }) => (
              <li key={disk}>
                <b>{nodeId === null ? disk || 'files without a folder' : `node ${nodeId}`}</b>{' '}
                <span className="qd-mono qd-dim">{directoryId ?? disk}</span> epoch {epoch}, log end offset{' '}
                {logEndOffset}
              </li>
            ))}
          </List>
        )}
        <Findings findings={findings} />
      </Section>
      <Section title="What is in the files">
        {files.map(({ name, kind, problem, facts }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and the list does not change
          <div key={i} className="qd-flow">
            <Subtitle level="h3">
              {kind === 'unknown' ? name : kind}{' '}
              {kind !== 'unknown' && name !== kind && <span className="qd-dim">{name}</span>}
            </Subtitle>
            {problem !== '' && (
              <HelperText>
                <HelperTextItem variant="error">{problem}</HelperTextItem>
              </HelperText>
            )}
            {facts.length > 0 && (
              <Facts isFluid className="qd-mono" facts={facts.map(({ label, value }) => [label, value])} />
            )}
          </div>
        ))}
      </Section>
    </div>
  )
}
