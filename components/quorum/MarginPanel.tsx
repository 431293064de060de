'use client'
/** "What you can lose": the margin as a number, every voter as a seat, the line of the majority, and what comes next. */
import type { QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { votersOf } from '../../server/contract/voters.ts'
import { Age } from '../kit/Age.tsx'
import { Section } from '../kit/Section.tsx'
import { Term } from '../kit/Term.tsx'
import { healthSign } from '../kit/words/healthWords.ts'
import { consequence, isContested, rackConsequence } from '../verdict/consequence.ts'
import './marginPanel.css'

export function MarginPanel({ view }: { view: QuorumView }) {
  const { margin, voters, majority, healthyVoters, settling } = view.quorum
  const seats = votersOf(view)
  const rack = rackConsequence(view)
  return (
    <Section title={<Term of="margin">What you can lose</Term>} label="What you can lose" className="qd-margin">
      <p className="qd-margin__count">
        {isContested(view) ? (
          <>
            <b>0</b> until it is settled which quorum stays
          </>
        ) : margin === null || settling ? (
          <>
            <b>?</b> not known yet
          </>
        ) : margin < 0 ? (
          <>
            <b>{-margin}</b> {margin === -1 ? 'controller' : 'controllers'} short of a majority
          </>
        ) : (
          <>
            <b>{margin}</b> more {margin === 1 ? 'controller' : 'controllers'}
          </>
        )}
      </p>
      <ul className="qd-seats">
        {seats.map((voter) => (
          <Seat key={`${voter.nodeId}.${voter.directoryId}`} cluster={view.cluster} voter={voter} />
        ))}
      </ul>
      <div className="qd-majority" aria-hidden="true">
        <span style={{ width: `${(100 * majority) / Math.max(1, voters)}%` }} />
      </div>
      <p className="qd-small">
        majority of {voters}: {majority} needed, {margin === null ? '?' : healthyVoters} healthy
      </p>
      <p className="qd-dim">{consequence(view)}</p>
      {rack !== '' && <p className="qd-dim">{rack}</p>}
    </Section>
  )
}

function Seat({ cluster, voter }: { cluster: string; voter: ReplicaView }) {
  const sign = healthSign(voter.health, voter.status)
  const leads = voter.status === 'leader'
  const since =
    voter.health === 'silent' ? voter.lastFetchAgeMs : voter.health === 'lagging' ? voter.lastCaughtUpAgeMs : null
  return (
    <li className="qd-seat" data-tone={sign.tone}>
      <b>{voter.nodeId}</b>
      <span className="qd-small">
        <span aria-hidden="true">{leads ? '★' : sign.glyph}</span> {leads ? 'leader' : sign.word}
        {since !== null && (
          <span className="qd-num">
            {' '}
            <Age cluster={cluster} ms={since} />
          </span>
        )}
      </span>
    </li>
  )
}
