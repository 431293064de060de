'use client'
/** The facts of the quorum in one line: who leads since when, how far, by which rules, and who says so. */
import type { ReactNode } from 'react'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { formatAge, limitText } from '../../server/contract/words/durations.ts'
import { Age } from '../kit/Age.tsx'
import { CopyButton } from '../kit/CopyButton.tsx'
import type { Term as TermName } from '../kit/definitions.ts'
import { Term } from '../kit/Term.tsx'
import { formatCount } from '../kit/words/format.ts'
import { changeWords } from '../verdict/verdict.ts'
import './factsBar.css'

function Fact({ term, name, children, note }: { term: TermName; name: string; children: ReactNode; note?: ReactNode }) {
  return (
    <div className="qd-fact">
      <dt>
        <Term of={term}>{name}</Term>
      </dt>
      <dd>
        <b>{children}</b>
        {note !== undefined && <span className="qd-dim"> {note}</span>}
      </dd>
    </div>
  )
}

export function FactsBar({ view }: { view: QuorumView }) {
  const { cluster, quorum, source, clusterId } = view
  const { leaderSinceMs, leaderClockMs, pendingVoterChange } = quorum
  return (
    <section className="qd-card" aria-label="Facts of the quorum">
      <dl className="qd-facts">
        <Fact
          term="leader"
          name="Leader"
          note={
            quorum.leaderId !== null && leaderSinceMs !== null && leaderClockMs !== null ? (
              <span className="qd-num">
                for <Age cluster={cluster} ms={Math.max(0, leaderClockMs - leaderSinceMs)} />
              </span>
            ) : undefined
          }
        >
          {quorum.leaderId ?? 'none'}
        </Fact>
        <Fact term="epoch" name="Epoch">
          {formatCount(quorum.leaderEpoch)}
        </Fact>
        <Fact term="highWatermark" name="High watermark">
          <span className="qd-offset">{formatCount(quorum.highWatermark)}</span>
        </Fact>
        <Fact term="voters" name="Voters · majority">
          {quorum.voters} · {quorum.majority}
        </Fact>
        <Fact
          term="maxLag"
          name="Max follower lag"
          note={
            quorum.maxFollowerLagTimeMs === null ? undefined : (
              <span className="qd-num">· {formatAge(quorum.maxFollowerLagTimeMs)}</span>
            )
          }
        >
          {formatCount(quorum.maxFollowerLag)}
        </Fact>
        <Fact
          term="mode"
          name="Quorum"
          note={quorum.kraftVersion === null ? undefined : `kraft.version ${quorum.kraftVersion}`}
        >
          {quorum.mode ?? 'unknown'}
        </Fact>
        <Fact term="metadataVersion" name="metadata.version">
          {quorum.metadataVersion ?? '–'}
        </Fact>
        <Fact term="kafkaRelease" name="Kafka">
          {quorum.kafkaRelease ?? '–'}
        </Fact>
        <Fact
          term="fetchTimeout"
          name="Fetch timeout"
          note={quorum.fetchTimeoutSource === 'assumed' ? 'assumed' : undefined}
        >
          {limitText(quorum.fetchTimeoutMs)}
        </Fact>
        <Fact term="source" name="Seen through" note={source.tailing ? '· log tailed' : '· polled only'}>
          {source.via}
          {source.nodeId === null ? '' : ` ${source.nodeId}`}
        </Fact>
        <Fact
          term="clusterId"
          name="Cluster id"
          note={clusterId === null ? undefined : <CopyButton text={clusterId} what="cluster id" />}
        >
          <span className="qd-mono">{clusterId ?? '–'}</span>
        </Fact>
      </dl>
      {pendingVoterChange !== null && (
        <p className="qd-pending">
          <b>Voter change in progress:</b> {changeWords(pendingVoterChange)}. Appended at offset{' '}
          {formatCount(pendingVoterChange.offset)} in epoch {pendingVoterChange.epoch}, not committed yet: an election
          may still undo it.
        </p>
      )}
    </section>
  )
}
