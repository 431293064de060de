'use client'
/** Before a run begins: which controller, why, and the whole plan as it would be on the quorum of this moment. */
import { Button, Flex, Form, FormGroup, TextInput, Title } from '@patternfly/react-core'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { Refusal } from '../../../server/contract/errors.ts'
import { MAX_REASON, type WorkflowKind } from '../../../server/contract/workflows.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { Section } from '../../kit/Section.tsx'
import { usePlan, useStart } from '../../live/queries/usePlan.ts'
import { useConnection, useFreshness, useLiveCluster } from '../../live/useLiveCluster.ts'
import { planRunbookPath, runPath, startPath, type Target, WIZARDS, wizardsPath } from '../links/wizards.ts'
import { ActorName } from '../shared/ActorName.tsx'
import { PURPOSE } from '../shared/runWords.ts'
import { WizardFrame } from '../shared/WizardFrame.tsx'
import { ActiveRun } from './ActiveRun.tsx'
import { PlanPreview } from './PlanPreview.tsx'
import { PlanRunbook } from './PlanRunbook.tsx'
import { RehearsalPanel } from './RehearsalPanel.tsx'
import { StartChoice } from './StartChoice.tsx'
import { completed, readStartLink, wantedOf } from './startTargets.ts'

export function StartScreen({ cluster }: { cluster: string }) {
  const link = readStartLink(new URLSearchParams(useSearchParams()))
  if (link.kind === null) {
    return (
      <WizardFrame cluster={cluster} title="Start a wizard">
        <Notice glyph="?" title="The link names no wizard.">
          <p>
            <Link href={wizardsPath(cluster)}>Choose one of the wizards</Link>
          </p>
        </Notice>
      </WizardFrame>
    )
  }
  return <Start key={link.kind} cluster={cluster} kind={link.kind} first={link.target} />
}

interface StartProps {
  readonly cluster: string
  readonly kind: WorkflowKind
  readonly first: Target
}

function Start({ cluster, kind, first }: StartProps) {
  const router = useRouter()
  const [said, setTarget] = useState(first)
  const state = useLiveCluster(cluster)
  const { role } = useConnection()
  const freshness = useFreshness(cluster, state.intervalMs)
  const alive = freshness === 'live' && state.link?.state === 'live'
  const [reason, setReason] = useState('')
  const [preempt, setPreempt] = useState(false)
  const target = completed(kind, said, state.view)
  const wanted = wantedOf(kind, target)
  const mayAct = role === 'operate'
  const why = reason.trim()
  const { plan, refused } = usePlan(cluster, mayAct ? wanted : null)
  const starting = useStart(cluster, (run) => router.push(runPath(run.id)))
  const wizard = WIZARDS[kind]
  const lacking = !alive
    ? 'This view of the quorum is not live: nothing can be started.'
    : wanted === null
      ? 'First choose what it applies to.'
      : plan === null
        ? 'There is no plan to start yet.'
        : preempt && why === ''
          ? 'Going first needs a reason.'
          : null
  // What was refused at the click is only news while the plan does not say the same.
  const late = starting.refused !== null && refused === null && !preempt ? starting.refused : null
  const inProgress = [refused, starting.refused].find(
    (one): one is Refusal => one instanceof Refusal && one.code === 'change-in-progress',
  )
  return (
    <WizardFrame cluster={cluster} title={wizard.short}>
      <Section label="What and why">
        <Title headingLevel="h1" size="xl">
          {plan?.title ?? wizard.title}
        </Title>
        <p className="qd-dim">{PURPOSE[kind]}</p>
        {/* A form of its own: Enter in a field of the choice starts nothing. */}
        <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
          <StartChoice
            kind={kind}
            view={state.view}
            target={target}
            onChoose={(chosen) => {
              setTarget(chosen)
              // The address says the same, for whoever copies it or loads the page again.
              history.replaceState(null, '', startPath(cluster, kind, chosen))
            }}
          />
        </Form>
        <Form
          isWidthLimited
          onSubmit={(event) => {
            event.preventDefault()
            if (wanted !== null && lacking === null) starting.start(wanted, why, preempt)
          }}
        >
          {mayAct ? (
            <>
              <FormGroup label={`Reason${preempt ? '' : ' (optional)'}`} fieldId="reason">
                <TextInput
                  id="reason"
                  value={reason}
                  maxLength={MAX_REASON}
                  placeholder="disk sdb dead, ticket 4711"
                  onChange={(_event, text) => setReason(text)}
                />
              </FormGroup>
              <ActiveRun runs={state.workflows} refusal={inProgress ?? null} preempt={preempt} onPreempt={setPreempt} />
              {late !== null && <Refused error={late} />}
              <Flex>
                <Button type="submit" variant="primary" isDisabled={lacking !== null || starting.pending}>
                  {starting.pending ? 'Starting…' : 'Start'}
                </Button>
                <span className="qd-small qd-dim">
                  {lacking ?? 'Starting sends nothing to Kafka: each change of the quorum waits for your go-ahead.'}
                </span>
              </Flex>
            </>
          ) : (
            <p>
              {role === 'watch'
                ? 'This session may watch, not act: sign in with the operate token to plan and start.'
                : 'Connecting…'}
            </p>
          )}
        </Form>
        {mayAct && wanted !== null && plan !== null && (
          <PlanRunbook cluster={cluster} wanted={wanted} print={planRunbookPath(cluster, kind, target)} />
        )}
        {mayAct && <ActorName />}
      </Section>
      {mayAct && wanted !== null && <PlanPreview plan={plan} refused={refused} />}
      {mayAct && wanted !== null && (
        <RehearsalPanel key={JSON.stringify(wanted)} cluster={cluster} wanted={wanted} possible={plan !== null} />
      )}
    </WizardFrame>
  )
}
