'use client'
/** Which stretch is shown: presets, earlier and later, a moment to go to, and the stretch as a file. */
import { Button, TextInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useId, useState } from 'react'
import { Link } from '../../kit/address/Link.tsx'
import { ZoneSwitch } from '../../kit/ZoneSwitch.tsx'
import { api } from '../../live/queries/api.ts'
import { addressOf, momentAddress, momentText, PRESETS, type Span, shifted, widened } from './spans.ts'

interface SpanBarProps {
  readonly cluster: string
  readonly span: Span
  readonly nowMs: number
  readonly onGo: (address: string) => void
}

export function SpanBar({ cluster, span, nowMs, onGo }: SpanBarProps) {
  const spanMs = span.toMs - span.fromMs
  const go = (next: Span) => onGo(addressOf(cluster, next))
  return (
    <div className="qd-past__bar">
      <ToggleGroup aria-label="Length of the stretch, until now">
        {PRESETS.map(({ name, ms }) => (
          <ToggleGroupItem
            key={name}
            text={name}
            isSelected={span.isLive && spanMs === ms}
            onChange={() => onGo(addressOf(cluster, { lastMs: ms }))}
          />
        ))}
      </ToggleGroup>
      <span className="qd-past__buttons">
        <Button variant="secondary" size="sm" onClick={() => go(shifted(span, -1, nowMs))}>
          ← Earlier
        </Button>
        <Button variant="secondary" size="sm" isDisabled={span.isLive} onClick={() => go(shifted(span, 1, nowMs))}>
          Later →
        </Button>
        <Button variant="secondary" size="sm" onClick={() => go(widened(span, nowMs))}>
          Zoom out
        </Button>
      </span>
      <GoTo cluster={cluster} onGo={onGo} />
      <span className="qd-past__buttons">
        <a href={api.exportPath(cluster, span.fromMs, span.toMs, 'csv')} download>
          CSV
        </a>
        <a href={api.exportPath(cluster, span.fromMs, span.toMs, 'json')} download>
          JSON
        </a>
        <Link href={momentAddress(cluster, Math.min(span.toMs, nowMs))} prefetch={false}>
          Show the end of it whole
        </Link>
      </span>
      <p className="qd-dim qd-small qd-num">
        {momentText(span.fromMs)} to {span.isLive ? 'now' : momentText(span.toMs)}, <ZoneSwitch />
      </p>
    </div>
  )
}

/** `2026-11-29T03:12:07`, local time, as the browser's own field gives it. */
function GoTo({ cluster, onGo }: Pick<SpanBarProps, 'cluster' | 'onGo'>) {
  const id = useId()
  const [text, setText] = useState('')
  const atMs = new Date(text).getTime()
  return (
    <form
      className="qd-past__buttons qd-past__goto"
      onSubmit={(event) => {
        event.preventDefault()
        if (Number.isFinite(atMs)) onGo(momentAddress(cluster, atMs))
      }}
    >
      <label htmlFor={id} className="qd-small">
        Moment
      </label>
      <TextInput id={id} type="datetime-local" step={1} value={text} onChange={(_, value) => setText(value)} />
      <Button type="submit" variant="secondary" size="sm" isDisabled={!Number.isFinite(atMs)}>
        Go
      </Button>
    </form>
  )
}
