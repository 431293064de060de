'use client'
/** What if something fails meanwhile: the plan played on a simulated copy, at its worst moments. */
import { Button, Flex, List } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import type { RehearsalCase, RehearsalReport } from '../../../server/contract/rehearsal.ts'
import { tookWhole } from '../../../server/contract/words/durations.ts'
import { Cell, HeadCell } from '../../kit/Cell.tsx'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'
import type { Wanted } from '../../live/queries/usePlan.ts'
import { useRehearsal } from '../../live/queries/useRehearsal.ts'
import { MAJORITY, OUTCOME, partitionsWord, verdictOf } from './rehearsalWords.ts'

interface PanelProps {
  readonly cluster: string
  readonly wanted: Wanted
  /** Whether the plan can begin now. */
  readonly possible: boolean
}

export function RehearsalPanel({ cluster, wanted, possible }: PanelProps) {
  const { rehearse, pending, report, refused } = useRehearsal(cluster)
  return (
    <Section title="What if…" note="on a simulated copy; nothing is done to the quorum" label="Rehearsal">
      <Flex>
        <Button variant="secondary" isDisabled={!possible || pending} onClick={() => rehearse(wanted)}>
          {pending ? 'Rehearsing…' : report === null ? 'Rehearse it' : 'Rehearse it again'}
        </Button>
        <span className="qd-small qd-dim">
          {pending
            ? 'The whole plan is played once for each fault at each of its worst moments: this takes some seconds.'
            : possible
              ? 'Plays the whole plan, and shows what a failure at the worst moments would do to it.'
              : 'Only a plan that can begin can be rehearsed.'}
        </span>
      </Flex>
      {refused !== null && <Refused error={refused} />}
      {report !== null && !pending && <Report report={report} />}
    </Section>
  )
}

function Report({ report }: { report: RehearsalReport }) {
  const { cases, assumed, broken } = report
  const [planned, ...faults] = cases
  const verdict = verdictOf(report)
  return (
    <>
      <p role="status">
        <Tag tone={verdict.tone} glyph={verdict.glyph}>
          {verdict.word}
        </Tag>{' '}
        {verdict.text}
      </p>
      {broken.length > 0 && (
        <List>
          {broken.map((what) => (
            <li key={what}>{what}</li>
          ))}
        </List>
      )}
      <Table aria-label="What if" variant="compact" gridBreakPoint="grid-md">
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
      <List className="qd-small qd-dim">
        {assumed.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </List>
    </>
  )
}

function Row({ of, first }: { of: RehearsalCase; first: string }) {
  const run = OUTCOME[of.outcome]
  const majority = MAJORITY[of.majority]
  return (
    <Tr>
      <Cell label="When">{first}</Cell>
      <Cell label="What fails">{of.fault === '' ? 'nothing' : of.fault}</Cell>
      <Cell label="The run">
        <div>
          <Tag tone={run.tone} glyph={run.glyph}>
            {run.word}
          </Tag>
          <div className="qd-small qd-dim">{of.now}</div>
        </div>
      </Cell>
      <Cell label="Majority">
        <span>
          <Tag tone={majority.tone} glyph={majority.glyph}>
            {majority.word}
          </Tag>
        </span>
      </Cell>
      {of.offline !== null && (
        <Cell label="Partitions">
          <span>
            <Tag tone={partitionsWord(of.offline).tone} glyph={partitionsWord(of.offline).glyph}>
              {partitionsWord(of.offline).word}
            </Tag>
          </span>
        </Cell>
      )}
      <Cell label="Virtual time">{tookWhole(of.tookMs)}</Cell>
    </Tr>
  )
}
