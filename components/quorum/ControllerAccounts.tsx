'use client'
/** What each controller says of itself, address by address: where it is recorded, registered, and who answers there. */
import type { ControllerAccount, QuorumView } from '../../server/contract/quorumView.ts'
import { formatAge } from '../../server/contract/words/durations.ts'
import { Tag } from '../kit/Tag.tsx'
import { accountRow } from './accountRow.ts'
import './controllerAccounts.css'

export default function ControllerAccounts({ view }: { view: QuorumView }) {
  const accounts = view.controllers ?? []
  const overTls = accounts.some(({ certificate }) => certificate !== null)
  return (
    <table className="qd-accounts">
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">Answers</th>
          <th scope="col">As</th>
          <th scope="col">Recorded · registered</th>
          <th scope="col">Leader, by its word</th>
          <th scope="col">Log end</th>
          <th scope="col">So for</th>
          {overTls && <th scope="col">Certificate</th>}
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <Row key={account.address} account={account} view={view} overTls={overTls} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ account, view, overTls }: { account: ControllerAccount; view: QuorumView; overTls: boolean }) {
  const row = accountRow(account, view)
  return (
    <tr>
      <th scope="row" className="qd-mono">
        {account.address}
      </th>
      <td data-label="Answers">
        <Tag tone={row.tone} glyph={row.glyph}>
          {row.reach}
        </Tag>
        {account.problem !== '' && <span className="qd-small qd-accounts__problem">{account.problem}</span>}
      </td>
      <td data-label="As">{row.identity}</td>
      <td data-label="Known as">{row.places}</td>
      <td data-label="Leader">{row.leader}</td>
      <td className="qd-num" data-label="Log end">
        {row.logEnd}
      </td>
      <td className="qd-num" data-label="So for">
        {formatAge(Math.max(0, view.observedAtMs - account.sinceMs))}
      </td>
      {overTls && <td data-label="Certificate">{row.certificate}</td>}
    </tr>
  )
}
