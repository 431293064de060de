'use client'
/** What a new wall is for, what it may show, and for how long. */
import {
  ActionGroup,
  Button,
  Checkbox,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  TextInput,
} from '@patternfly/react-core'
import { useState } from 'react'
import type { ClusterSummary } from '../../../server/contract/clusters.ts'
import type { CreateWallToken } from '../../../server/contract/room/wallTokens.ts'
import { Hint } from '../../kit/Hint.tsx'

const LONGEST = 64
const TIMES = [
  ['', 'Until it is revoked'],
  ['1', 'A day'],
  ['7', 'A week'],
  ['30', '30 days'],
  ['365', 'A year'],
] as const

export function TokenForm({
  clusters,
  busy,
  onMake,
}: {
  readonly clusters: readonly ClusterSummary[]
  readonly busy: boolean
  readonly onMake: (wanted: Omit<CreateWallToken, 'as'>) => void
}) {
  const [label, setLabel] = useState('')
  const [days, setDays] = useState('')
  const [all, setAll] = useState(true)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const lacking =
    label.trim() === '' ? 'Say where the screen hangs.' : !all && chosen.size === 0 ? 'Choose a cluster.' : null
  const toggle = (cluster: string) => {
    const next = new Set(chosen)
    if (!next.delete(cluster)) next.add(cluster)
    setChosen(next)
  }
  return (
    <Form
      isWidthLimited
      onSubmit={(event) => {
        event.preventDefault()
        if (lacking !== null) return
        onMake({ label: label.trim(), clusters: all ? null : [...chosen], days: days === '' ? null : Number(days) })
      }}
    >
      <FormGroup label="Where the screen hangs" fieldId="wall-label">
        <TextInput
          id="wall-label"
          value={label}
          maxLength={LONGEST}
          isRequired
          onChange={(_event, text) => setLabel(text)}
        />
      </FormGroup>
      <FormGroup role="group" label="What it may show" fieldId="wall-clusters">
        <Checkbox
          id="wall-all"
          label="All clusters of this server, also those added later"
          isChecked={all}
          onChange={(_event, ticked) => setAll(ticked)}
        />
        {!all &&
          clusters.map(({ cluster, name }) => (
            <Checkbox
              key={cluster}
              id={`wall-of-${cluster}`}
              label={name}
              isChecked={chosen.has(cluster)}
              onChange={() => toggle(cluster)}
            />
          ))}
      </FormGroup>
      <FormGroup label="For how long" fieldId="wall-days">
        <FormSelect id="wall-days" value={days} onChange={(_event, choice) => setDays(choice)}>
          {TIMES.map(([value, words]) => (
            <FormSelectOption key={value} value={value} label={words} />
          ))}
        </FormSelect>
      </FormGroup>
      <ActionGroup>
        <Button type="submit" variant="primary" isDisabled={busy || lacking !== null}>
          Make the link
        </Button>
        {lacking !== null && <Hint>{lacking}</Hint>}
      </ActionGroup>
    </Form>
  )
}
