'use client'
/** Brokers being emptied, live: what is moved and left, how fast, how long it will take, in all and of each topic. */
import { Progress } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import type { MoveProgress } from '../../../../server/contract/workflows.ts'
import { Cell, HeadCell } from '../../../kit/Cell.tsx'
import { Subtitle } from '../../../kit/Subtitle.tsx'
import { type MoveRow, moveFootnote, moveRow, moveSentence, partMoved } from './moveWords.ts'

function Row({ name, row, isTotal = false }: { name: string; row: MoveRow; isTotal?: boolean }) {
  return (
    <Tr data-topic={isTotal ? undefined : name}>
      <Cell label="Topic">{isTotal ? <b>{name}</b> : name}</Cell>
      <Cell label="Partitions left">{row.partitions}</Cell>
      <Cell label="Moved">{row.moved}</Cell>
      <Cell label="Left">{row.left}</Cell>
      <Cell label="Rate">{row.rate}</Cell>
      <Cell label="Time left">{row.eta}</Cell>
    </Tr>
  )
}

export function MovePanel({ moves }: { moves: MoveProgress }) {
  const part = partMoved(moves.total)
  const sentence = moveSentence(moves)
  return (
    <div className="qd-flow">
      <Subtitle>What is moved, and what is left</Subtitle>
      {part !== null && (
        <Progress
          aria-label="Bytes moved"
          value={Math.round(100 * part)}
          valueText={sentence}
          size="sm"
          measureLocation="none"
        />
      )}
      <p className="qd-num">{sentence}</p>
      <Table aria-label="What is moved, by topic" variant="compact" gridBreakPoint="grid-md" className="qd-num">
        <Thead>
          <Tr>
            <HeadCell scope="col">Topic</HeadCell>
            <HeadCell scope="col">Partitions left</HeadCell>
            <HeadCell scope="col">Moved</HeadCell>
            <HeadCell scope="col">Left</HeadCell>
            <HeadCell scope="col">Rate</HeadCell>
            <HeadCell scope="col">Time left</HeadCell>
          </Tr>
        </Thead>
        <Tbody>
          <Row name="In all" row={moveRow(moves.total)} isTotal />
          {moves.topics.map((topic) => (
            <Row key={topic.topic} name={topic.topic} row={moveRow(topic)} />
          ))}
        </Tbody>
      </Table>
      <p className="qd-small qd-dim">{moveFootnote(moves)}</p>
    </div>
  )
}
