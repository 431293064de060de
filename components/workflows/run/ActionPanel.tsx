'use client'
/** What comes next: the command it amounts to, what a person has to state, and the button, also before it may be pressed. */
import { Button, Flex, FlexItem } from '@patternfly/react-core'
import { useState } from 'react'
import { soon } from '../../../server/contract/words/durations.ts'
import type { AllowedCommand, Workflow } from '../../../server/contract/workflows.ts'
import { CommandText } from '../../kit/gates/CommandText.tsx'
import { Subtitle } from '../../kit/Subtitle.tsx'
import { Asked } from './Asked.tsx'
import { CommandDialog } from './CommandDialog.tsx'
import { CommandLink } from './CommandLink.tsx'
import { actLabel, askLabel, missing, type Places } from './runCommands.ts'
import type { Controls } from './useRunControls.ts'

export function ActionPanel({ run, places, controls }: { run: Workflow; places: Places; controls: Controls }) {
  const { main, others, takeOver } = places
  if (main === null && run.next === null && others.length === 0) return null
  return (
    <section aria-label="What comes next" className="qd-flow">
      {main !== null ? <Main command={main} controls={controls} /> : <Coming run={run} />}
      {others.length > 0 && (
        <Flex>
          <span className="qd-dim">{main === null && run.next === null ? 'You can:' : 'Or:'}</span>
          {others.map((command) => (
            <CommandLink
              key={`${command.type} ${command.key ?? ''} ${command.label}`}
              command={command}
              controls={controls}
            />
          ))}
        </Flex>
      )}
      {!controls.drives && !controls.watchOnly && takeOver !== null && (
        <div>
          <CommandLink command={takeOver} controls={controls} look="secondary" />
        </div>
      )}
    </section>
  )
}

function Main({ command, controls }: { command: AllowedCommand; controls: Controls }) {
  const draft = controls.draft(command)
  const hindrance = controls.hindrance(command)
  const lacking = hindrance ?? missing(command, draft)
  const sending = controls.commanding.sending === command.type
  // What takes something away is never one click, also where the server asks for no statement.
  const unasked = command.danger && command.needsConfirmation === null && !command.needsReason
  const [asking, setAsking] = useState(false)
  return (
    <>
      {command.equivalent !== null && (
        <>
          <Subtitle>Quorumdeck then runs what this command would</Subtitle>
          <CommandText text={command.equivalent} what="the equivalent command" />
        </>
      )}
      {hindrance === null && (
        <Asked command={command} draft={draft} onChange={(change) => controls.change(command, change)} />
      )}
      <Flex flexWrap={{ md: 'nowrap' }} alignItems={{ default: 'alignItemsCenter' }}>
        <FlexItem flex={{ default: 'flexNone' }}>
          <Button
            variant={command.danger ? 'danger' : 'primary'}
            isDisabled={lacking !== null}
            isLoading={sending}
            aria-describedby="action-words"
            onClick={() => (unasked ? setAsking(true) : controls.send(command))}
          >
            {unasked ? askLabel(command) : actLabel(command)}
          </Button>
        </FlexItem>
        <span id="action-words">
          {command.does}
          {lacking !== null && <b> {lacking}</b>}
        </span>
      </Flex>
      {asking && <CommandDialog command={command} controls={controls} onClose={() => setAsking(false)} />}
    </>
  )
}

/** The action while its gates do not hold. */
function Coming({ run }: { run: Workflow }) {
  const { next } = run
  if (next === null) return null
  const step = run.steps.find((one) => one.key === run.currentStep)
  const blocking = next.blockedBy.map((code) => step?.gates.find((gate) => gate.code === code)?.title ?? code)
  const when =
    next.possibleInMs !== null
      ? `Possible ${soon(next.possibleInMs)}.`
      : blocking.length === 0
        ? 'It is not known when it will be possible.'
        : `Possible once this holds: ${blocking.join('; ')}.`
  return (
    <>
      {next.equivalent !== null && (
        <>
          <Subtitle>Next, when every rule holds, Quorumdeck runs what this command would</Subtitle>
          <CommandText text={next.equivalent} what="the equivalent command" />
        </>
      )}
      <Flex flexWrap={{ md: 'nowrap' }} alignItems={{ default: 'alignItemsCenter' }}>
        <FlexItem flex={{ default: 'flexNone' }}>
          <Button variant="primary" isDisabled aria-describedby="action-words">
            {actLabel(next)}
          </Button>
        </FlexItem>
        <span id="action-words">
          <b className="qd-num">{when}</b> {next.does}
        </span>
      </Flex>
    </>
  )
}
