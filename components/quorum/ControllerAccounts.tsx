'use client'
/** What each controller reports of itself, address by address: where it is recorded, registered, and who answers there. */
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import type { ControllerAccount, QuorumView } from '../../server/contract/quorumView.ts'
import { formatAge } from '../../server/contract/words/durations.ts'
import { Cell, HeadCell } from '../kit/Cell.tsx'
import { Tag } from '../kit/Tag.tsx'
import { accountRow } from './accountRow.ts'

export default function ControllerAccounts({ view }: { view: QuorumView }) {
  const accounts = view.controllers ?? []
  const overTls = accounts.some(({ certificate }) => certificate !== null)
  return (
    <Table
      role="table"
      variant="compact"
      gridBreakPoint="grid-xl"
      aria-label="What each controller reports about itself"
    >
      <Thead>
        <Tr>
          <HeadCell scope="col">Address</HeadCell>
          <HeadCell scope="col">Answers</HeadCell>
          <HeadCell scope="col">As</HeadCell>
          <HeadCell scope="col">Recorded · registered</HeadCell>
          <HeadCell scope="col">Leader it reports</HeadCell>
          <HeadCell scope="col">Log end</HeadCell>
          <HeadCell scope="col">Unchanged for</HeadCell>
          {overTls && <HeadCell scope="col">Certificate</HeadCell>}
        </Tr>
      </Thead>
      <Tbody>
        {accounts.map((account) => (
          <Row key={account.address} account={account} view={view} overTls={overTls} />
        ))}
      </Tbody>
    </Table>
  )
}

function Row({ account, view, overTls }: { account: ControllerAccount; view: QuorumView; overTls: boolean }) {
  const row = accountRow(account, view)
  return (
    <Tr>
      <HeadCell scope="row" className="qd-mono" data-label="Address">
        {account.address}
      </HeadCell>
      <Cell label="Answers">
        <div>
          <Tag tone={row.tone} glyph={row.glyph}>
            {row.reach}
          </Tag>
          {account.problem !== '' && <div className="qd-small qd-dim">{account.problem}</div>}
        </div>
      </Cell>
      <Cell label="As">{row.identity}</Cell>
      <Cell label="Known as">{row.places}</Cell>
      <Cell label="Leader">{row.leader}</Cell>
      <Cell label="Log end" className="qd-num">
        {row.logEnd}
      </Cell>
      <Cell label="Unchanged for" className="qd-num">
        {formatAge(Math.max(0, view.observedAtMs - account.sinceMs))}
      </Cell>
      {overTls && <Cell label="Certificate">{row.certificate}</Cell>}
    </Tr>
  )
}
