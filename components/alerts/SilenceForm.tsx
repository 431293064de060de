'use client'
/** A silence: what it matches, until when, and why. */
import { ActionGroup, Button, Form, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import { useId, useState } from 'react'
import { Severity } from '../../server/contract/advice.ts'
import { AlertRule } from '../../server/contract/alerts/rules.ts'
import type { Matchers } from '../../server/contract/alerts/silences.ts'
import { Refused } from '../kit/gates/Refused.tsx'
import { useSilence } from '../live/queries/alerts/useSilences.ts'
import { localMs, localText, silenceTimes } from './silenceTimes.ts'

const ANY = ''

interface Draft {
  cluster: string
  rule: string
  severity: string
  node: string
}

function matchersOf({ cluster, rule, severity, node }: Draft): Matchers {
  const knownRule = AlertRule.safeParse(rule)
  const knownSeverity = Severity.safeParse(severity)
  return {
    ...(cluster.trim() === '' ? {} : { cluster: cluster.trim() }),
    ...(knownRule.success ? { rule: knownRule.data } : {}),
    ...(knownSeverity.success ? { severity: knownSeverity.data } : {}),
    ...(/^\d{1,10}$/.test(node.trim()) ? { nodeId: Number(node) } : {}),
  }
}

export function SilenceForm({ like, onDone }: { like: Matchers; onDone: () => void }) {
  const id = useId()
  const [draft, setDraft] = useState<Draft>({
    cluster: like.cluster ?? ANY,
    rule: like.rule ?? ANY,
    severity: like.severity ?? ANY,
    node: like.nodeId === undefined ? ANY : String(like.nodeId),
  })
  const [until, setUntil] = useState(() => localText(Date.now() + 3_600_000))
  const [reason, setReason] = useState('')
  const { silence, pending, refused } = useSilence(onDone)
  const untilMs = localMs(until)
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const matchers = matchersOf(draft)
  const isNodeWrong = draft.node.trim() !== '' && matchers.nodeId === undefined
  const isReady = Object.keys(matchers).length > 0 && !isNodeWrong && untilMs !== null && reason.trim() !== ''
  return (
    <Form
      aria-label="New silence"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && untilMs !== null) silence({ matchers, untilMs, reason: reason.trim() })
      }}
    >
      <div className="qd-alerts__fields">
        <FormGroup label="Cluster" fieldId={`${id}-cluster`}>
          <TextInput
            id={`${id}-cluster`}
            value={draft.cluster}
            placeholder="any"
            maxLength={64}
            onChange={(_event, cluster) => set({ cluster })}
          />
        </FormGroup>
        <FormGroup label="Rule" fieldId={`${id}-rule`}>
          <FormSelect id={`${id}-rule`} value={draft.rule} onChange={(_event, rule) => set({ rule })}>
            <FormSelectOption value={ANY} label="any" />
            {AlertRule.options.map((rule) => (
              <FormSelectOption key={rule} value={rule} label={rule} />
            ))}
          </FormSelect>
        </FormGroup>
        <FormGroup label="Severity" fieldId={`${id}-severity`}>
          <FormSelect id={`${id}-severity`} value={draft.severity} onChange={(_event, severity) => set({ severity })}>
            <FormSelectOption value={ANY} label="any" />
            {Severity.options.map((severity) => (
              <FormSelectOption key={severity} value={severity} label={severity} />
            ))}
          </FormSelect>
        </FormGroup>
        <FormGroup label="Node" fieldId={`${id}-node`}>
          <TextInput
            id={`${id}-node`}
            value={draft.node}
            placeholder="any"
            inputMode="numeric"
            maxLength={10}
            validated={isNodeWrong ? 'error' : 'default'}
            onChange={(_event, node) => set({ node })}
          />
        </FormGroup>
        <FormGroup label="Until" fieldId={`${id}-until`}>
          <TextInput
            id={`${id}-until`}
            type="datetime-local"
            value={until}
            onChange={(_event, text) => setUntil(text)}
          />
        </FormGroup>
      </div>
      <div className="qd-alerts__presets">
        {silenceTimes(Date.now()).map(({ label, untilMs: presetMs }) => (
          <Button key={label} variant="secondary" size="sm" onClick={() => setUntil(localText(presetMs))}>
            {label}
          </Button>
        ))}
      </div>
      <FormGroup label="Why" fieldId={`${id}-reason`}>
        <TextInput id={`${id}-reason`} value={reason} maxLength={500} onChange={(_event, text) => setReason(text)} />
      </FormGroup>
      <ActionGroup>
        <Button type="submit" isDisabled={!isReady || pending}>
          Silence
        </Button>
        <Button variant="link" onClick={onDone}>
          Leave it
        </Button>
      </ActionGroup>
      {refused !== null && <Refused error={refused} />}
    </Form>
  )
}
