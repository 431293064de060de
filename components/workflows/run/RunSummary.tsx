'use client'
/** A run that has ended: how it came out, how long each step took, and what is kept of it. */
import { Flex, Title } from '@patternfly/react-core'
import { Caption, Table, Tbody, Tr } from '@patternfly/react-table'
import { took } from '../../../server/contract/words/durations.ts'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Cell, HeadCell } from '../../kit/Cell.tsx'
import { Section } from '../../kit/Section.tsx'
import { evidenceUrl, runbookUrl } from '../../live/queries/workflowApi.ts'
import { evidencePath, wizardsPath } from '../links/wizards.ts'
import { Warnings } from '../shared/Notices.tsx'
import { stepTimes } from '../shared/runWords.ts'
import { CommandLink } from './CommandLink.tsx'
import type { Controls } from './useRunControls.ts'

export function RunSummary({ run, controls }: { run: Workflow; controls: Controls }) {
  const well = run.state === 'done'
  const totalMs = run.endedAtMs === null ? null : run.endedAtMs - run.startedAtMs
  const times = stepTimes(run)
  return (
    <Section label="Outcome">
      <p className="qd-dim">
        {well ? 'Done' : 'Ended early'}
        {totalMs !== null && ` · after ${took(totalMs)}`}
      </p>
      <Title headingLevel="h1" size="xl">
        {run.now}
      </Title>
      <Warnings notices={run.notices} />
      {!controls.watchOnly &&
        run.allowedCommands.map((command) => (
          <p key={command.type}>
            <CommandLink command={command} controls={controls} look="secondary" />
          </p>
        ))}
      <Table role="table" variant="compact" gridBreakPoint="">
        <Caption>How long each step took</Caption>
        <Tbody>
          {run.steps.map((step) => (
            <Tr key={step.key}>
              <HeadCell scope="row">{step.title}</HeadCell>
              <Cell className="qd-dim">{step.state === 'done' ? step.detail : 'not done'}</Cell>
              <Cell className="qd-num">
                <Took ms={times.get(step.key)} />
              </Cell>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Flex>
        <Link href={evidencePath(run.id)} prefetch={false}>
          Evidence, to print
        </Link>
        <a href={evidenceUrl(run.id)} download={`evidence-${run.id}.json`}>
          Evidence as JSON
        </a>
        <a href={runbookUrl(run.id)} download={`runbook-${run.id}.md`}>
          Runbook
        </a>
        <Link href={wizardsPath(run.cluster)} prefetch={false}>
          All wizards and runs
        </Link>
      </Flex>
    </Section>
  )
}

function Took({ ms }: { ms: number | undefined }) {
  return ms === undefined ? '–' : took(ms)
}
