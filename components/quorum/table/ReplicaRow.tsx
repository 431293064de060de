'use client'
/** One replica as a row. It renders again only when its own facts change; its ages tick by themselves. */
import { Tr } from '@patternfly/react-table'
import { memo } from 'react'
import type { Health, ReplicaStatus, ReplicaView } from '../../../server/contract/quorumView.ts'
import { formatAge } from '../../../server/contract/words/durations.ts'
import { Age } from '../../kit/Age.tsx'
import { Cell } from '../../kit/Cell.tsx'
import { formatCount, shortId } from '../../kit/words/format.ts'
import { healthSign } from '../../kit/words/healthWords.ts'
import { useObservationAge } from '../../live/useLiveCluster.ts'
import { RowDetails } from './RowDetails.tsx'
import type { OpenMenu } from './RowMenu.tsx'
import { HealthCell, MoreCell, NodeCell, NumberCell, SparkCell, StatusCell } from './replicaCells.tsx'
import { roleOf } from './rows.ts'

export interface ReplicaRowProps {
  readonly cluster: string
  readonly replica: ReplicaView
  /** Two disks of one node id bear the same mark. */
  readonly twin: boolean
  readonly mark: string | null
  readonly spark: string
  readonly open: boolean
  readonly onToggle: (key: string) => void
  /** Opens the wizards of this row; `null` where there are none. */
  readonly onMenu: ((menu: OpenMenu) => void) | null
  readonly rowKey: string
}

export const ReplicaRow = memo(function ReplicaRow(props: ReplicaRowProps) {
  const { cluster, replica, twin, mark, spark, open, onToggle, onMenu, rowKey } = props
  const { nodeId, directoryId, status, health } = replica
  const tone = status === 'leader' ? 'leader' : healthSign(health, status).tone
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
        <NodeCell nodeId={nodeId} directoryId={directoryId} />
        <StatusCell
          status={status}
          mark={mark}
          role={roleOf(replica)}
          fenced={replica.fenced}
          registered={replica.registered}
          rack={replica.rack}
        />
        <NumberCell label="Log end offset" className="qd-cell-leo">
          {formatCount(replica.logEndOffset)}
        </NumberCell>
        <NumberCell label="Lag" className="qd-cell-lag" worried={health === 'silent' || health === 'lagging'}>
          {formatCount(replica.lag)}
        </NumberCell>
        <SparkCell lines={spark} tone={tone} />
        <NumberCell label="Last fetch" className="qd-cell-fetch" worried={health === 'silent'}>
          <RowAge cluster={cluster} status={status} health={health} ms={replica.lastFetchAgeMs} />
        </NumberCell>
        <NumberCell label="Caught up" className="qd-cell-caught" worried={health === 'lagging'}>
          <RowAge cluster={cluster} status={status} health={health} ms={replica.lastCaughtUpAgeMs} />
        </NumberCell>
        <HealthCell health={health} status={status} />
        <MoreCell
          rowKey={rowKey}
          open={open}
          detailsId={detailsId}
          who={`node ${nodeId}${directoryId === null ? '' : `, ${shortId(directoryId)}`}`}
          onToggle={onToggle}
          onMenu={onMenu}
        />
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
function RowAge({
  cluster,
  status,
  health,
  ms,
}: {
  cluster: string
  status: ReplicaStatus
  health: Health
  ms: number | null
}) {
  if (status === 'leader') return <LeaderAge cluster={cluster} />
  if (ms === null) return <span className="qd-dim">{health === 'unknown' ? '–' : 'never'}</span>
  return <Age cluster={cluster} ms={ms} />
}
