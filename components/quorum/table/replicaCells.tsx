/**
 * The cells of a row. What seldom changes (who, status, health) is not rendered again when a number does: of sixty rows at
 * ten updates a second that is most of the work.
 */
import { Button } from '@patternfly/react-core'
import AngleDownIcon from '@patternfly/react-icons/dist/esm/icons/angle-down-icon'
import AngleUpIcon from '@patternfly/react-icons/dist/esm/icons/angle-up-icon'
import EllipsisIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon'
import { memo, type ReactNode } from 'react'
import type { Health, ReplicaStatus } from '../../../server/contract/quorumView.ts'
import { Cell } from '../../kit/Cell.tsx'
import { CopyButton } from '../../kit/CopyButton.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { shortId } from '../../kit/words/format.ts'
import { healthSign } from '../../kit/words/healthWords.ts'
import type { OpenMenu } from './RowMenu.tsx'
import type { RoleWord } from './rows.ts'
import { Sparkline } from './Sparkline.tsx'

export const NodeCell = memo(function NodeCell({
  nodeId,
  directoryId,
}: {
  nodeId: number
  directoryId: string | null
}) {
  return (
    <Cell label="Node · directory id" className="qd-cell-node">
      <b className="qd-node">{nodeId}</b>
      {directoryId === null ? (
        <span className="qd-dim qd-small">no directory id</span>
      ) : (
        <>
          <span className="qd-mono qd-dim" title={directoryId}>
            {shortId(directoryId)}
          </span>{' '}
          <CopyButton text={directoryId} what={`directory id of node ${nodeId}`} />
        </>
      )}
    </Cell>
  )
})

const STATUS = { leader: 'Leader', follower: 'Follower', observer: 'Observer' } as const

export const StatusCell = memo(function StatusCell({
  status,
  mark,
  role,
  fenced,
  registered,
  rack,
}: {
  status: ReplicaStatus
  mark: string | null
  role: RoleWord
  fenced: boolean | null
  registered: boolean | null
  rack: string | null
}) {
  return (
    <Cell label="Status" className="qd-cell-status">
      {status === 'leader' ? <Tag tone="info">Leader</Tag> : STATUS[status]}{' '}
      {mark !== null && <Tag tone="caution">{mark}</Tag>}{' '}
      {(role === 'broker' || role === 'combined') && <Tag tone="plain">{role}</Tag>}{' '}
      {rack !== null && <Tag tone="plain">rack {rack}</Tag>}{' '}
      {fenced === true && (
        <Tag tone="caution" glyph="!">
          fenced
        </Tag>
      )}{' '}
      {registered === false && (
        <Tag tone="caution" glyph="!">
          unregistered
        </Tag>
      )}
    </Cell>
  )
})

export function NumberCell({
  label,
  className,
  worried = false,
  children,
}: {
  label: string
  className: string
  worried?: boolean
  children: ReactNode
}) {
  return (
    <Cell label={label} className={`qd-cell-num ${className}`} data-worried={worried}>
      {/* PatternFly styles empty cells: a text directly in the cell would make each change of it a change of style. */}
      <span>{children}</span>
    </Cell>
  )
}

export const SparkCell = memo(function SparkCell({ lines, tone }: { lines: string; tone: string }) {
  return (
    <Cell label="Last 60 s" className="qd-cell-spark">
      <Sparkline lines={lines} tone={tone} />
    </Cell>
  )
})

export const HealthCell = memo(function HealthCell({ health, status }: { health: Health; status: ReplicaStatus }) {
  const sign = healthSign(health, status)
  return (
    <Cell label="Health" className="qd-cell-health">
      <Tag tone={sign.tone} glyph={sign.glyph}>
        {sign.word}
      </Tag>
    </Cell>
  )
})

export const MoreCell = memo(function MoreCell({
  rowKey,
  open,
  detailsId,
  who,
  onToggle,
  onMenu,
}: {
  rowKey: string
  open: boolean
  detailsId: string
  who: string
  onToggle: (key: string) => void
  onMenu: ((menu: OpenMenu) => void) | null
}) {
  return (
    <Cell className="qd-cell-more">
      {onMenu !== null && (
        <Button
          variant="plain"
          hasNoPadding
          aria-label={`Wizards for ${who}`}
          onClick={(event) => onMenu({ rowKey, button: event.currentTarget })}
          icon={<EllipsisIcon />}
        />
      )}
      <Button
        variant="plain"
        hasNoPadding
        aria-expanded={open}
        aria-controls={open ? detailsId : undefined}
        aria-label={`Details of ${who}`}
        onClick={() => onToggle(rowKey)}
        icon={open ? <AngleUpIcon /> : <AngleDownIcon />}
      />
    </Cell>
  )
})
