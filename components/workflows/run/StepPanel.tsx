'use client'
/** The step that is going on: what is done or awaited, by which rules, on which hosts, and what comes next. */
import { Alert, List, Title } from '@patternfly/react-core'
import type { Workflow, WorkflowStep } from '../../../server/contract/workflows.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Section } from '../../kit/Section.tsx'
import { Subtitle } from '../../kit/Subtitle.tsx'
import { Warnings } from '../shared/Notices.tsx'
import { callout, stepLine } from '../shared/runWords.ts'
import { ActionPanel } from './ActionPanel.tsx'
import { actLabel, places } from './runCommands.ts'
import { Candidates } from './step/Candidates.tsx'
import { CatchUpBar } from './step/CatchUpBar.tsx'
import { Gates } from './step/Gates.tsx'
import { HandOverPanel } from './step/HandOverPanel.tsx'
import { HostCommands } from './step/HostCommands.tsx'
import { MovePanel } from './step/MovePanel.tsx'
import { NodeConfigs } from './step/NodeConfigs.tsx'
import type { Controls } from './useRunControls.ts'

/** The rule that is about the catch-up window. */
const WINDOW = 'lag-near-zero'

export function StepPanel({ run, controls }: { run: Workflow; controls: Controls }) {
  const step = run.steps.find((one) => one.key === run.currentStep) ?? null
  const gates = step?.gates ?? []
  const news = callout(run)
  const placed = places(run)
  const action = placed.main ?? run.next
  // A server step's only command is the equivalent one, which stands with the button.
  const onHosts =
    step === null || (step.actor === 'server' && action !== null && action.equivalent !== null) ? [] : step.commands
  return (
    <Section label="The step that is going on">
      <p className="qd-dim">{stepLine(run, controls.drives)}</p>
      <Title headingLevel="h1" size="xl" className="qd-num">
        {run.now}
      </Title>
      {/* The sentence above may hold moving figures: what is announced changes with the step alone. */}
      <p className="pf-v6-screen-reader" role="status">
        {stepLine(run, controls.drives)}: {step?.title ?? run.now}
      </p>
      {news !== null && (
        <Alert component="h2" isInline variant={news.tone} title={news.title}>
          {news.text}
        </Alert>
      )}
      <Warnings notices={run.notices} />
      {controls.commanding.refused !== null && (
        <Refused error={controls.commanding.refused} onDismiss={controls.commanding.dismiss} />
      )}
      {run.catchUp !== null && gates.some((gate) => gate.code === WINDOW) && <CatchUpBar catchUp={run.catchUp} />}
      {run.handOver !== null && <HandOverPanel hand={run.handOver} />}
      {run.moves !== null && <MovePanel moves={run.moves} />}
      <Candidates run={run} controls={controls} />
      {onHosts.length > 0 && <HostCommands commands={onHosts} />}
      {step !== null && step.configs.length > 0 && <NodeConfigs run={run.id} needs={step.configs} />}
      {step !== null && step.lookingFor.length > 0 && (
        <>
          <Subtitle>What Quorumdeck looks for</Subtitle>
          <List>
            {step.lookingFor.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </List>
        </>
      )}
      {gates.length > 0 && <Gates gates={gates} title={gatesTitle(step, action)} />}
      <ActionPanel run={run} places={placed} controls={controls} />
    </Section>
  )
}

/** A step on a host is judged by what it brings about, too: that need not hold before its button. */
function gatesTitle(step: WorkflowStep | null, action: Parameters<typeof actLabel>[0] | null): string {
  if (action === null) return 'What must hold'
  if (step?.actor === 'operator') return 'What must hold, and what the step must achieve'
  return `What must hold before “${actLabel(action)}”`
}
