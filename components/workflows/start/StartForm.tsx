'use client'
/** What every start page has: why, the plan on the quorum of this moment, the rehearsal, and the button that begins. */
import { Button, Flex, Form, FormGroup, TextInput, Title } from '@patternfly/react-core'
import { type ReactNode, useState } from 'react'
import { Refusal } from '../../../server/contract/errors.ts'
import { MAX_REASON, type WorkflowKind } from '../../../server/contract/workflows.ts'
import { useRouter } from '../../kit/address/useRouter.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Section } from '../../kit/Section.tsx'
import { usePlan, useStart, type Wanted } from '../../live/queries/usePlan.ts'
import { useMayAct, useWhyNot } from '../../live/queries/useRights.ts'
import { useFreshness, useLiveCluster } from '../../live/useLiveCluster.ts'
import { isRecovery, runPath, WIZARDS } from '../links/wizards.ts'
import { ActorName } from '../shared/ActorName.tsx'
import { PURPOSE } from '../shared/runWords.ts'
import { WizardFrame } from '../shared/WizardFrame.tsx'
import { ActiveRun } from './ActiveRun.tsx'
import { PlanPreview } from './PlanPreview.tsx'
import { PlanRunbook } from './PlanRunbook.tsx'
import { RehearsalPanel } from './RehearsalPanel.tsx'

interface StartFormProps {
  readonly cluster: string
  readonly kind: WorkflowKind
  /** `null` while it is not chosen yet. */
  readonly wanted: Wanted | null
  /** Where the plan can be printed; left out where no link carries it. */
  readonly print?: string
  /** What it applies to. */
  readonly children: ReactNode
}

export function StartForm({ cluster, kind, wanted, print, children }: StartFormProps) {
  const router = useRouter()
  const state = useLiveCluster(cluster)

  const freshness = useFreshness(cluster, state.intervalMs)
  const link = state.link?.state ?? null
  // A recovery begins while nobody leads, perhaps while nobody answers at all.
  const answers = link === 'live' || (isRecovery(kind) && (link === 'no-leader' || link === 'unreachable'))
  const alive = answers && (freshness === 'live' || (isRecovery(kind) && freshness === 'cluster-silent'))
  const [reason, setReason] = useState('')
  const [preempt, setPreempt] = useState(false)
  const allowed = useMayAct(cluster)
  const whyNot = useWhyNot(cluster)
  const mayAct = allowed === true
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
    <WizardFrame cluster={cluster} title={wizard.short} withoutLeader={isRecovery(kind)}>
      <Section label="What and why">
        <Title headingLevel="h1" size="xl">
          {plan?.title ?? wizard.title}
        </Title>
        <p className="qd-dim">{PURPOSE[kind]}</p>
        {/* A form of its own: Enter in a field of the choice starts nothing. */}
        <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
          {children}
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
              {allowed === false
                ? `${whyNot ?? ''} Planning and starting needs the right operate on this cluster.`
                : 'Connecting…'}
            </p>
          )}
        </Form>
        {mayAct && wanted !== null && plan !== null && (
          <PlanRunbook cluster={cluster} wanted={wanted} {...(print !== undefined && { print })} />
        )}
        {mayAct && <ActorName />}
      </Section>
      {mayAct && wanted !== null && <PlanPreview plan={plan} refused={refused} />}
      {mayAct && wanted !== null && !isRecovery(kind) && (
        <RehearsalPanel key={JSON.stringify(wanted)} cluster={cluster} wanted={wanted} possible={plan !== null} />
      )}
    </WizardFrame>
  )
}
