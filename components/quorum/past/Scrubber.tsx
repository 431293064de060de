'use client'
/** Moves through the past: a slider over an hour around the moment, steps, and from event to event. */
import { Button } from '@patternfly/react-core'
import { useEffect, useId, useState } from 'react'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import type { Moment } from '../../../server/contract/past/moment.ts'
import { momentText } from './spans.ts'

const HALF_MS = 30 * 60_000
/** A hand that moves the slider asks for a moment when it has rested this long, in ms. */
const REST_MS = 120

interface ScrubberProps {
  readonly atMs: number
  readonly nowMs: number
  readonly moment: Moment | null
  readonly events: readonly QuorumEvent[]
  readonly onGo: (atMs: number) => void
}

export function Scrubber({ atMs, nowMs, moment, events, onGo }: ScrubberProps) {
  const id = useId()
  // Around where the hand took hold of it, so that it does not run away under the hand.
  const [middleMs, setMiddleMs] = useState(atMs)
  const [heldMs, setHeldMs] = useState(atMs)
  const toMs = Math.min(middleMs + HALF_MS, nowMs)
  const fromMs = toMs - 2 * HALF_MS
  useEffect(() => {
    setHeldMs(atMs)
    setMiddleMs((middle) => (Math.abs(atMs - middle) < HALF_MS ? middle : atMs))
  }, [atMs])
  useEffect(() => {
    if (heldMs === atMs) return
    const timer = setTimeout(() => onGo(heldMs), REST_MS)
    return () => clearTimeout(timer)
  }, [heldMs, atMs, onGo])
  const before = events.findLast((event) => event.atMs < atMs - 999)
  const after = events.find((event) => event.atMs > atMs + 999)
  const step = (ms: number) => () => onGo(Math.min(nowMs, atMs + ms))
  return (
    <div className="qd-past__scrubber">
      <label htmlFor={id} className="pf-v6-screen-reader">
        Moment within the hour around it
      </label>
      <input
        id={id}
        type="range"
        className="qd-past__range"
        min={fromMs}
        max={toMs}
        step={1000}
        value={heldMs}
        aria-valuetext={momentText(heldMs)}
        onChange={(event) => setHeldMs(Number(event.target.value))}
      />
      <span className="qd-past__buttons">
        <Go words="⇤ Event" title={before?.title} atMs={before?.atMs ?? null} onGo={onGo} />
        <Button variant="secondary" size="sm" onClick={step(-60_000)}>
          − 1 min
        </Button>
        <Go words="◂ Before" title="The observation before this one" atMs={moment?.beforeMs ?? null} onGo={onGo} />
        <Go words="After ▸" title="The observation after this one" atMs={moment?.afterMs ?? null} onGo={onGo} />
        <Button variant="secondary" size="sm" onClick={step(60_000)}>
          + 1 min
        </Button>
        <Go words="Event ⇥" title={after?.title} atMs={after?.atMs ?? null} onGo={onGo} />
      </span>
    </div>
  )
}

interface GoProps {
  readonly words: string
  readonly title: string | undefined
  /** `null`: there is none. */
  readonly atMs: number | null
  readonly onGo: (atMs: number) => void
}

function Go({ words, title, atMs, onGo }: GoProps) {
  return (
    <Button
      variant="secondary"
      size="sm"
      title={title ?? ''}
      isDisabled={atMs === null}
      onClick={() => {
        if (atMs !== null) onGo(atMs)
      }}
    >
      {words}
    </Button>
  )
}
