'use client'
/** Entries of the record, newest first; what belongs to one is below it. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import type { AuditEntry } from '../../../server/contract/access/audit.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { kindText } from './kindWords.ts'

const TONES = { done: 'ok', refused: 'caution', failed: 'danger' } as const

export function RecordTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const nowMs = Date.now()
  return (
    <Table variant="compact" aria-label="Entries of the record, newest first">
      <Thead>
        <Tr>
          <Th width={10}>When</Th>
          <Th width={25}>Who</Th>
          <Th>What</Th>
          <Th width={15}>Where</Th>
        </Tr>
      </Thead>
      <Tbody>
        {entries.map((entry) => (
          <Tr key={entry.seq}>
            <Td dataLabel="When">
              <time dateTime={new Date(entry.atMs).toISOString()} title={new Date(entry.atMs).toISOString()}>
                {formatMoment(entry.atMs, nowMs)}
              </time>
              <div className="qd-small qd-dim">{entry.seq}</div>
            </Td>
            <Td dataLabel="Who" modifier="breakWord">
              {entry.actor === null ? 'nobody who is known' : entry.actor.name}
              <div className="qd-small qd-dim">
                {entry.actor !== null && <span className="qd-mono">{entry.actor.id}</span>} {entry.address}
              </div>
            </Td>
            <Td dataLabel="What" modifier="breakWord">
              <Tag tone={TONES[entry.outcome]}>{kindText(entry.kind)}</Tag> {entry.text}
              <div className="qd-small qd-dim">
                {Object.entries(entry.detail)
                  .map(([name, value]) => `${name}: ${value}`)
                  .join(' · ')}
              </div>
            </Td>
            <Td dataLabel="Where" modifier="breakWord">
              {entry.cluster !== null && (
                <Link href={`/clusters/${encodeURIComponent(entry.cluster)}`} prefetch={false}>
                  {entry.cluster}
                </Link>
              )}{' '}
              {entry.run !== null && (
                <Link href={`/workflows/${encodeURIComponent(entry.run)}`} prefetch={false}>
                  run
                </Link>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  )
}
