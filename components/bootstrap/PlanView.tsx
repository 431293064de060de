'use client'
/** A plan before anything is done: warnings, ids, files, commands; to take along, and to watch come true. */
import { Alert, Button, Flex } from '@patternfly/react-core'
import type { BootstrapPlan } from '../../server/contract/bootstrap.ts'
import { type Fact, Facts } from '../kit/Facts.tsx'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { Section } from '../kit/Section.tsx'
import { plural } from '../kit/words/format.ts'
import { useArchive } from '../live/queries/useBootstrap.ts'
import { PlanSteps } from './PlanSteps.tsx'
import { WatchIt } from './WatchIt.tsx'

export function PlanView({ plan, isOutdated }: { plan: BootstrapPlan; isOutdated: boolean }) {
  const { take, pending, failed } = useArchive()
  return (
    <>
      {isOutdated && (
        <Alert component="h2" isInline variant="warning" title="The form has changed since this plan was made.">
          This is the earlier plan. Make it again to match the form.
        </Alert>
      )}
      <Section
        title="The plan"
        note={`${plural(plan.controllers.length, 'controller')}, ${plural(plan.brokers.length, 'broker')}; nothing is done yet`}
      >
        <PlanWarnings plan={plan} />
        <Facts
          isAutoFit
          facts={[
            ['Cluster id', <Id key="cluster" text={plan.clusterId} />],
            ...plan.controllers.map(
              ({ nodeId, directoryId }): Fact => [
                `Directory id of ${nodeId}`,
                <Id key={nodeId} text={directoryId ?? 'generated when it is formatted'} />,
              ],
            ),
          ]}
        />
        <Flex>
          <Button variant="secondary" isDisabled={pending} onClick={() => take(plan.request)}>
            {pending ? 'Packing…' : 'Download everything (.tar.gz)'}
          </Button>
          <span className="qd-small qd-dim">
            {failed === null ? 'The files, and a runbook with all commands.' : `The download failed: ${failed.message}`}
          </span>
        </Flex>
      </Section>
      <div className="qd-split">
        <Section title="What to do, in order">
          <PlanSteps steps={plan.steps} />
        </Section>
        <div className="qd-column">
          <WatchIt plan={plan} />
          <Section title="Files">
            {plan.files.map(({ path, host, text }) => (
              <details key={path}>
                <summary>
                  <span className="qd-mono">{path}</span>{' '}
                  <span className="qd-small qd-dim">
                    {host === null ? 'for tools and for Quorumdeck' : `for ${host}`}
                  </span>
                </summary>
                <CommandText text={text} what={path} />
              </details>
            ))}
          </Section>
        </div>
      </div>
    </>
  )
}

function Id({ text }: { text: string }) {
  return <span className="qd-mono">{text}</span>
}

function PlanWarnings({ plan }: { plan: BootstrapPlan }) {
  return plan.warnings.map(({ code, severity, title, detail }) => (
    <Alert
      key={code}
      component="h3"
      isInline
      variant={severity === 'critical' ? 'danger' : severity === 'warning' ? 'warning' : 'info'}
      title={title}
    >
      {detail}
    </Alert>
  ))
}
