'use client'
/** The wizards of a cluster, what is under way, and what was done before. */
import {
  Alert,
  Card,
  CardBody,
  CardFooter,
  CardTitle,
  Flex,
  FlexItem,
  Gallery,
  List,
  Title,
} from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { took } from '../../../server/contract/words/durations.ts'
import type { ManualRecoveryName, WorkflowSummary } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { useMayAct, useWhyNot } from '../../live/queries/useRights.ts'
import { useWorkflows } from '../../live/queries/useWorkflows.ts'
import { manualRecoveryUrl } from '../../live/queries/workflowApi.ts'
import { useHere } from '../../live/useHere.ts'
import { drivesWords, progressWords, stateSign } from '../links/runBrief.ts'
import { isRecovery, manualRecoveryPath, runPath, startPath, WIZARDS } from '../links/wizards.ts'
import { PURPOSE } from '../shared/runWords.ts'
import { WizardFrame } from '../shared/WizardFrame.tsx'

export function WizardsScreen({ cluster }: { cluster: string }) {
  const mayAct = useMayAct(cluster)
  const whyNot = useWhyNot(cluster)
  const { active, ended, unwatched, unavailable, error } = useWorkflows(cluster)
  useHere(cluster, 'wizards', null)
  const mayStart = mayAct === true && unavailable === null
  return (
    <WizardFrame cluster={cluster} title="Wizards">
      <Title headingLevel="h1" size="xl">
        Change the quorum, one safe step after the other
      </Title>
      {mayAct === false && (
        <Alert component="h2" isInline variant="info" title={whyNot ?? ''}>
          Runs can be looked at. Whoever has the right operate on this cluster can start them.
        </Alert>
      )}
      {unavailable !== null && (
        <Alert component="h2" isInline variant="warning" title="The quorum cannot be changed from here.">
          {unavailable}
        </Alert>
      )}
      {active.length > 0 && (
        <Section title="Under way">
          <List isPlain isBordered>
            {active.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </List>
        </Section>
      )}
      {unwatched.length > 0 && (
        <Section title="Of clusters that are not watched">
          <p className="qd-dim">
            Nothing is checked or sent for them until their Kafka cluster is watched again, under any name. They can be
            ended.
          </p>
          <List isPlain isBordered>
            {unwatched.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </List>
        </Section>
      )}
      <Gallery hasGutter component="ul">
        {Object.values(WIZARDS).map(({ kind, title }) => (
          <Wizard key={kind} kind={kind} title={title} purpose={PURPOSE[kind]}>
            {mayStart || (mayAct === true && isRecovery(kind)) ? (
              <Link href={startPath(cluster, kind)} prefetch={false}>
                See the plan and start…
              </Link>
            ) : (
              'Cannot be started in this session.'
            )}
          </Wizard>
        ))}
        <Wizard
          kind="bootstrap"
          title="Bootstrap a new quorum"
          purpose="Another cluster, from nothing: its ids, a properties file for each node, the exact commands, and a watch over it until it has formed."
        >
          <Link href="/bootstrap" prefetch={false}>
            Plan it…
          </Link>
        </Wizard>
      </Gallery>
      <Section title="Where no wizard helps">
        <p className="qd-dim">
          Documents for doing it by hand, based on the quorum as it is now: read them here, print them, or download
          them.
        </p>
        <List isPlain>
          {OFF_PATH.map(([name, title]) => (
            <li key={name}>
              <Flex>
                <Link href={manualRecoveryPath(cluster, name)} prefetch={false}>
                  {title}
                </Link>
                <a
                  href={manualRecoveryUrl(cluster, name)}
                  download={`${name}.md`}
                  className="qd-small"
                  aria-label={`Download as Markdown: ${title}`}
                >
                  Download as Markdown
                </a>
              </Flex>
            </li>
          ))}
        </List>
      </Section>
      <Section title="Before">
        {ended === null ? (
          <p className="qd-dim">{error === null ? 'Reading the runs…' : `The runs cannot be read: ${error.message}`}</p>
        ) : ended.length === 0 ? (
          <p className="qd-dim">No run of this cluster has ended yet.</p>
        ) : (
          <List isPlain isBordered>
            {ended.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </List>
        )}
      </Section>
    </WizardFrame>
  )
}

const OFF_PATH: readonly (readonly [ManualRecoveryName, string])[] = [
  ['lost-majority', 'The majority of the controllers is lost'],
  ['combined-disk', 'A disk of a combined node has failed'],
  ['static-disk', 'A disk of a controller in a static quorum has failed'],
]

interface WizardProps {
  readonly kind: string
  readonly title: string
  readonly purpose: string
  readonly children: ReactNode
}

function Wizard({ kind, title, purpose, children }: WizardProps) {
  return (
    <Card component="li" isCompact data-kind={kind}>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>{purpose}</CardBody>
      <CardFooter>{children}</CardFooter>
    </Card>
  )
}

function Row({ run }: { run: WorkflowSummary }) {
  const sign = stateSign(run.state, false)
  const ended = run.endedAtMs !== null
  return (
    <li>
      <Flex>
        <Tag tone={sign.tone} glyph={sign.glyph}>
          {sign.word}
        </Tag>
        <Link href={runPath(run.id)} prefetch={false}>
          {run.title}
        </Link>
        <FlexItem align={{ md: 'alignRight' }} className="qd-small qd-dim qd-num">
          {formatMoment(run.startedAtMs, Date.now())}
          {run.endedAtMs !== null && ` · took ${took(run.endedAtMs - run.startedAtMs)}`}
        </FlexItem>
      </Flex>
      <div className="qd-dim">{ended ? run.now : `${progressWords(run)} · ${drivesWords(run.driver, null)}`}</div>
    </li>
  )
}
