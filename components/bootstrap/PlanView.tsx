'use client'
/** A plan before anything is done: warnings, ids, files, commands; to take along, and to watch come true. */
import { Alert, Button } from '@patternfly/react-core'
import type { BootstrapPlan } from '../../server/contract/bootstrap.ts'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { plural } from '../kit/words/format.ts'
import { useArchive } from '../live/queries/useBootstrap.ts'
import { PlanSteps } from './PlanSteps.tsx'
import { WatchIt } from './WatchIt.tsx'

export function PlanView({ plan, isOutdated }: { plan: BootstrapPlan; isOutdated: boolean }) {
  const { take, pending, failed } = useArchive()
  return (
    <>
      {isOutdated && (
        <Alert component="h2" isInline variant="warning" title="The form says something else by now.">
          This is the plan of before; make it anew to see what the form says.
        </Alert>
      )}
      <section className="qd-card" aria-label="The plan">
        <h2 className="qd-h2">
          The plan{' '}
          <span className="qd-dim">
            {plural(plan.controllers.length, 'controller')}, {plural(plan.brokers.length, 'broker')}; nothing is done
            yet
          </span>
        </h2>
        <PlanWarnings plan={plan} />
        <dl className="qd-boot__ids">
          <div>
            <dt>Cluster id</dt>
            <dd className="qd-mono">{plan.clusterId}</dd>
          </div>
          {plan.controllers.map(({ nodeId, directoryId }) => (
            <div key={nodeId}>
              <dt>Directory id of {nodeId}</dt>
              <dd className="qd-mono">{directoryId ?? 'drawn when it is formatted'}</dd>
            </div>
          ))}
        </dl>
        <div className="qd-boot__foot">
          <Button variant="secondary" isDisabled={pending} onClick={() => take(plan.request)}>
            {pending ? 'Packing…' : 'Download everything (.tar.gz)'}
          </Button>
          <span className="qd-small qd-dim">
            {failed === null ? 'The files, and a runbook with all commands.' : `It did not arrive: ${failed.message}`}
          </span>
        </div>
      </section>
      <div className="qd-boot__columns">
        <section className="qd-card" aria-label="What to do, in order">
          <h2 className="qd-h2">What to do, in order</h2>
          <PlanSteps steps={plan.steps} />
        </section>
        <div className="qd-column">
          <WatchIt plan={plan} />
          <section className="qd-card" aria-label="Files">
            <h2 className="qd-h2">Files</h2>
            {plan.files.map(({ path, host, text }) => (
              <details key={path} className="qd-boot__file">
                <summary>
                  <span className="qd-mono">{path}</span>{' '}
                  <span className="qd-small qd-dim">
                    {host === null ? 'for tools and for Quorumdeck' : `for ${host}`}
                  </span>
                </summary>
                <CommandText text={text} what={path} />
              </details>
            ))}
          </section>
        </div>
      </div>
    </>
  )
}

export function PlanWarnings({ plan }: { plan: BootstrapPlan }) {
  return plan.warnings.map(({ code, severity, title, detail }) => (
    <Alert
      key={code}
      component="h3"
      isInline
      variant={severity === 'critical' ? 'danger' : severity === 'warning' ? 'warning' : 'info'}
      title={title}
      className="qd-step__alert"
    >
      {detail}
    </Alert>
  ))
}
