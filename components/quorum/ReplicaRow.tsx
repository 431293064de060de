'use client'
/** One replica as a row. It renders again only when its own facts change; its ages tick by themselves. */
import { Tr } from '@patternfly/react-table'
import { memo } from 'react'
import type { ReplicaView } from '../../server/contract/quorumView.ts'
import { useObservationAge } from '../live/useLiveCluster.ts'
import { Age } from './Age.tsx'
import { Cell } from './Cell.tsx'
import { CopyButton } from './CopyButton.tsx'
import { formatAge, formatCount, shortId } from './format.ts'
import { healthSign } from './healthWords.ts'
import { RowDetails } from './RowDetails.tsx'
import { roleOf } from './rows.ts'
import { Sparkline } from './Sparkline.tsx'
import { Tag } from './Tag.tsx'

export interface ReplicaRowProps {
  readonly cluster: string
  readonly replica: ReplicaView
  /** Two disks of one node id bear the same mark. */
  readonly twin: boolean
  readonly mark: string | null
  readonly spark: string
  readonly open: boolean
  readonly onToggle: (key: string) => void
  readonly rowKey: string
}

const STATUS = { leader: 'Leader', follower: 'Follower', observer: 'Observer' } as const

export const ReplicaRow = memo(function ReplicaRow(props: ReplicaRowProps) {
  const { cluster, replica, twin, mark, spark, open, onToggle, rowKey } = props
  const { nodeId, directoryId, status, health } = replica
  const sign = healthSign(health, status)
  const role = roleOf(replica)
  const worried = health === 'silent' || health === 'lagging'
  const detailsId = `details-${rowKey}`
  return (
    <>
      <Tr
        className="qd-row"
        data-health={health}
        data-twin={twin}
        data-node={nodeId}
        data-directory={directoryId ?? ''}
      >
        <Cell label="Node · directory id" className="qd-cell-node">
          <b className="qd-node">{nodeId}</b>
          {directoryId === null ? (
            <span className="qd-dim qd-small">no directory id</span>
          ) : (
            <>
              <span className="qd-mono qd-dim" title={directoryId}>
                {shortId(directoryId)}
              </span>
              <CopyButton text={directoryId} what={`directory id of node ${nodeId}`} />
            </>
          )}
        </Cell>
        <Cell label="Status" className="qd-cell-status">
          {status === 'leader' ? <Tag tone="info">Leader</Tag> : STATUS[status]}
          {mark !== null && (
            <>
              {' '}
              <Tag tone="caution">{mark}</Tag>
            </>
          )}
          {role !== 'unknown' && role !== 'controller' && (
            <>
              {' '}
              <Tag tone="plain">{role}</Tag>
            </>
          )}
          {replica.fenced === true && (
            <>
              {' '}
              <Tag tone="caution" glyph="!">
                fenced
              </Tag>
            </>
          )}
          {replica.registered === false && (
            <>
              {' '}
              <Tag tone="caution" glyph="!">
                unregistered
              </Tag>
            </>
          )}
        </Cell>
        <Cell label="Log end offset" className="qd-cell-num qd-cell-leo">
          {formatCount(replica.logEndOffset)}
        </Cell>
        <Cell label="Lag" className="qd-cell-num qd-cell-lag" data-worried={worried}>
          {formatCount(replica.lag)}
        </Cell>
        <Cell label="Last 60 s" className="qd-cell-spark">
          <Sparkline lines={spark} tone={status === 'leader' ? 'leader' : sign.tone} />
        </Cell>
        <Cell label="Last fetch" className="qd-cell-num qd-cell-fetch" data-worried={health === 'silent'}>
          <RowAge cluster={cluster} replica={replica} ms={replica.lastFetchAgeMs} />
        </Cell>
        <Cell label="Caught up" className="qd-cell-num qd-cell-caught" data-worried={health === 'lagging'}>
          <RowAge cluster={cluster} replica={replica} ms={replica.lastCaughtUpAgeMs} />
        </Cell>
        <Cell label="Health" className="qd-cell-health">
          <Tag tone={sign.tone} glyph={sign.glyph}>
            {sign.word}
          </Tag>
        </Cell>
        <Cell className="qd-cell-more">
          <button
            type="button"
            className="qd-more"
            aria-expanded={open}
            aria-controls={detailsId}
            aria-label={`Details of node ${nodeId}${directoryId === null ? '' : `, ${shortId(directoryId)}`}`}
            onClick={() => onToggle(rowKey)}
          >
            <svg
              viewBox="0 0 16 16"
              width="14"
              height="14"
              aria-hidden="true"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.75"
            >
              <path d="M3.5 6l4.5 4.5L12.5 6" />
            </svg>
          </button>
        </Cell>
      </Tr>
      {open && (
        <Tr className="qd-details-row" data-twin={twin}>
          <Cell colSpan={9} id={detailsId}>
            <RowDetails replica={replica} />
          </Cell>
        </Tr>
      )}
    </>
  )
})

/** An observation that is not young is not "now" any more. */
function LeaderAge({ cluster }: { cluster: string }) {
  return useObservationAge(cluster, (ageMs) => (ageMs === null || ageMs > NOW_MS ? formatAge(ageMs ?? 0) : 'now'))
}

const NOW_MS = 2_000

/** The leader's own row carries the leader's clock: it is always now, as of the observation. */
function RowAge({ cluster, replica, ms }: { cluster: string; replica: ReplicaView; ms: number | null }) {
  if (replica.status === 'leader') return <LeaderAge cluster={cluster} />
  if (ms === null) return <span className="qd-dim">{replica.health === 'unknown' ? '–' : 'never'}</span>
  return <Age cluster={cluster} ms={ms} />
}
