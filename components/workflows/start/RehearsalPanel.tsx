'use client'
import { Button } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import type { RehearsalCase, RehearsalReport } from '../../../server/contract/rehearsal.ts'
/** What if something fails meanwhile: the plan played on a simulated copy, at its worst moments. */
import { tookWhole } from '../../../server/contract/words/durations.ts'
import { Cell, HeadCell } from '../../kit/Cell.tsx'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Tag } from '../../kit/Tag.tsx'
import type { Wanted } from '../../live/queries/usePlan.ts'
import { useRehearsal } from '../../live/queries/useRehearsal.ts'
import { MAJORITY, OUTCOME, partitionsWord, verdictOf } from './rehearsalWords.ts'
import './rehearsalPanel.css'

interface PanelProps {
  readonly cluster: string
  readonly wanted: Wanted
  /** Whether the plan can begin now. */
  readonly possible: boolean
}

export function RehearsalPanel({ cluster, wanted, possible }: PanelProps) {
  const { rehearse, pending, report, refused } = useRehearsal(cluster)
  return (
    <section className="qd-card qd-rehearsal" aria-label="Rehearsal">
      <h2 className="qd-h2">
        What if… <span className="qd-dim">on a simulated copy; nothing is done to the quorum</span>
      </h2>
      <div className="qd-start__foot">
        <Button variant="secondary" isDisabled={!possible || pending} onClick={() => rehearse(wanted)}>
          {pending ? 'Rehearsing…' : report === null ? 'Rehearse it' : 'Rehearse it again'}
        </Button>
        <span className="qd-small qd-dim">
          {pending
            ? 'The whole plan is played once for each fault at each of its worst moments: some seconds.'
            : possible
              ? 'Plays the whole plan, and what a failure at the worst moments would make of it.'
              : 'A plan that can begin can be rehearsed.'}
        </span>
      </div>
      {refused !== null && <Refused error={refused} />}
      {report !== null && !pending && <Report report={report} />}
    </section>
  )
}

function Report({ report }: { report: RehearsalReport }) {
  const { cases, assumed, broken } = report
  const [planned, ...faults] = cases
  const verdict = verdictOf(report)
  return (
    <>
      <p role="status" className="qd-rehearsal__verdict">
        <Tag tone={verdict.tone} glyph={verdict.glyph}>
          {verdict.word}
        </Tag>{' '}
        {verdict.text}
      </p>
      {broken.length > 0 && (
        <ul>
          {broken.map((what) => (
            <li key={what}>{what}</li>
          ))}
        </ul>
      )}
      <div className="qd-rehearsal__scroll">
        <Table aria-label="What if" variant="compact" gridBreakPoint="">
          <Thead>
            <Tr>
              <HeadCell scope="col">When</HeadCell>
              <HeadCell scope="col">What fails</HeadCell>
              <HeadCell scope="col">The run</HeadCell>
              <HeadCell scope="col">Majority</HeadCell>
              {planned?.offline != null && <HeadCell scope="col">Partitions</HeadCell>}
              <HeadCell scope="col">Virtual time</HeadCell>
            </Tr>
          </Thead>
          <Tbody>
            {planned !== undefined && <Row of={planned} first="as planned" />}
            {faults.map((one, index) => (
              <Row
                key={`${one.moment} ${one.fault}`}
                of={one}
                first={one.moment === faults[index - 1]?.moment ? '' : one.moment}
              />
            ))}
          </Tbody>
        </Table>
      </div>
      <ul className="qd-small qd-dim">
        {assumed.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  )
}

function Row({ of, first }: { of: RehearsalCase; first: string }) {
  const run = OUTCOME[of.outcome]
  const majority = MAJORITY[of.majority]
  return (
    <Tr>
      <Cell>{first}</Cell>
      <Cell>{of.fault === '' ? 'nothing' : of.fault}</Cell>
      <Cell>
        <Tag tone={run.tone} glyph={run.glyph}>
          {run.word}
        </Tag>
        <span className="qd-small qd-dim qd-rehearsal__now">{of.now}</span>
      </Cell>
      <Cell>
        <Tag tone={majority.tone} glyph={majority.glyph}>
          {majority.word}
        </Tag>
      </Cell>
      {of.offline !== null && (
        <Cell>
          <Tag tone={partitionsWord(of.offline).tone} glyph={partitionsWord(of.offline).glyph}>
            {partitionsWord(of.offline).word}
          </Tag>
        </Cell>
      )}
      <Cell>{tookWhole(of.tookMs)}</Cell>
    </Tr>
  )
}
