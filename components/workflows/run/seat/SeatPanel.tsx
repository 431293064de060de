'use client'
/** Who drives and who would like to: to the driver a question with two answers, to others the way to the seat. */
import { Alert, AlertActionLink, Button } from '@patternfly/react-core'
import { useSyncExternalStore } from 'react'
import type { Seat } from '../../../../server/contract/room/seat.ts'
import type { Workflow } from '../../../../server/contract/workflows.ts'
import { Refused } from '../../../kit/gates/Refused.tsx'
import { useSeat } from '../../../live/queries/room/useSeat.ts'
import { useActor } from '../../../live/queries/useActor.ts'
import { ticker } from '../../../live/ticker.ts'
import { CommandLink } from '../CommandLink.tsx'
import { places } from '../runCommands.ts'
import type { Controls } from '../useRunControls.ts'
import { seatTalk } from './seatWords.ts'

export function SeatPanel({
  run,
  seat,
  toldAtMs,
  controls,
}: {
  readonly run: Workflow
  readonly seat: Seat | null
  readonly toldAtMs: number
  readonly controls: Controls
}) {
  const me = useActor()
  const asking = useSeat(run.id)
  // Whole seconds: it counts down.
  const sinceMs = useSyncExternalStore(
    ticker.subscribe,
    () => Math.floor(Math.max(0, ticker.nowMs() - toldAtMs) / 1_000) * 1_000,
    () => 0,
  )
  const talk = seatTalk(seat?.driver.id === run.driver.id ? seat : null, me, sinceMs)
  const { takeOver } = places(run)
  if (talk.kind === 'nothing') return asking.refused === null ? null : <Refused error={asking.refused} />
  if (talk.kind === 'asked') {
    return (
      <>
        {talk.by.map(({ id, name, words }) => (
          <Alert
            key={id}
            isInline
            component="p"
            isLiveRegion
            variant="info"
            title={`${name} asks to drive.`}
            actionLinks={
              <>
                <AlertActionLink isDisabled={asking.busy} onClick={() => asking.handOver(id)}>
                  Hand over to {name}
                </AlertActionLink>
                <AlertActionLink isDisabled={asking.busy} onClick={() => asking.notNow(id)}>
                  Not now
                </AlertActionLink>
              </>
            }
          >
            {words}
          </Alert>
        ))}
        {asking.refused !== null && <Refused error={asking.refused} />}
      </>
    )
  }
  return (
    <>
      <Alert
        isInline
        isPlain
        component="p"
        variant="info"
        title={talk.words}
        actionLinks={
          <>
            {talk.mayAsk && (
              <Button variant="secondary" size="sm" isDisabled={asking.busy} onClick={asking.raise}>
                Ask to drive
              </Button>
            )}
            {talk.hasAsked && (
              <Button variant="link" isInline isDisabled={asking.busy} onClick={asking.lower}>
                Ask no more
              </Button>
            )}
            {!talk.mayAsk && takeOver !== null && (
              <CommandLink command={takeOver} controls={controls} look="secondary" />
            )}
          </>
        }
      />
      {asking.refused !== null && <Refused error={asking.refused} />}
    </>
  )
}
