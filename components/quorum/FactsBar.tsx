'use client'
/** The facts of the quorum in one line: who leads since when, how far, by which rules, and who says so. */
import type { ReactNode } from 'react'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { formatAge, limitText } from '../../server/contract/words/durations.ts'
import { Age } from '../kit/Age.tsx'
import { CopyButton } from '../kit/CopyButton.tsx'
import type { Term as TermName } from '../kit/definitions.ts'
import { type Fact, Facts } from '../kit/Facts.tsx'
import { Section } from '../kit/Section.tsx'
import { Term } from '../kit/Term.tsx'
import { formatCount } from '../kit/words/format.ts'
import { changeWords } from '../verdict/verdict.ts'
import './factsBar.css'

function fact(term: TermName, name: string, value: ReactNode, note?: ReactNode): Fact {
  return [
    <Term key={term} of={term}>
      {name}
    </Term>,
    <>
      {value}
      {note !== undefined && <span className="qd-dim"> {note}</span>}
    </>,
    term,
  ]
}

export function FactsBar({ view }: { view: QuorumView }) {
  const { cluster, quorum, source, clusterId } = view
  const { leaderSinceMs, leaderClockMs, pendingVoterChange } = quorum
  return (
    <Section label="Facts of the quorum">
      <Facts
        isAutoFit
        className="qd-facts qd-num"
        facts={[
          fact(
            'leader',
            'Leader',
            quorum.leaderId ?? 'none',
            quorum.leaderId !== null && leaderSinceMs !== null && leaderClockMs !== null ? (
              <>
                for <Age cluster={cluster} ms={Math.max(0, leaderClockMs - leaderSinceMs)} />
              </>
            ) : undefined,
          ),
          fact('epoch', 'Epoch', formatCount(quorum.leaderEpoch)),
          fact('highWatermark', 'High watermark', formatCount(quorum.highWatermark)),
          fact('voters', 'Voters · majority', `${quorum.voters} · ${quorum.majority}`),
          fact(
            'maxLag',
            'Max follower lag',
            formatCount(quorum.maxFollowerLag),
            quorum.maxFollowerLagTimeMs === null ? undefined : `· ${formatAge(quorum.maxFollowerLagTimeMs)}`,
          ),
          fact(
            'mode',
            'Quorum',
            quorum.mode ?? 'unknown',
            quorum.kraftVersion === null ? undefined : `kraft.version ${quorum.kraftVersion}`,
          ),
          fact('metadataVersion', 'metadata.version', quorum.metadataVersion ?? '–'),
          fact('kafkaRelease', 'Kafka', quorum.kafkaRelease ?? '–'),
          fact(
            'fetchTimeout',
            'Fetch timeout',
            limitText(quorum.fetchTimeoutMs),
            quorum.fetchTimeoutSource === 'assumed' ? 'assumed' : undefined,
          ),
          fact(
            'source',
            'Seen through',
            `${source.via}${source.nodeId === null ? '' : ` ${source.nodeId}`}`,
            source.tailing ? '· log tailed' : '· polled only',
          ),
          fact(
            'clusterId',
            'Cluster id',
            <span className="qd-mono">{clusterId ?? '–'}</span>,
            clusterId === null ? undefined : <CopyButton text={clusterId} what="cluster id" />,
          ),
        ]}
      />
      {pendingVoterChange !== null && (
        <p>
          <b>Voter change in progress:</b> {changeWords(pendingVoterChange)}. Appended at offset{' '}
          {formatCount(pendingVoterChange.offset)} in epoch {pendingVoterChange.epoch}, not committed yet: an election
          may still undo it.
        </p>
      )}
    </Section>
  )
}
