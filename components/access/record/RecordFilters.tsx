'use client'
/** What of the record is shown: who, what kind, which cluster, since when. */
import {
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  TextInput,
} from '@patternfly/react-core'
import { AuditKind } from '../../../server/contract/access/audit.ts'
import type { RecordFilter } from '../../live/queries/access/accessApi.ts'
import { kindText } from './kindWords.ts'

interface Props {
  readonly filter: RecordFilter
  readonly onChange: (filter: RecordFilter) => void
}

/** Of a field for local dates and times; empty where it is none. */
function milliseconds(local: string): string {
  const atMs = new Date(local).getTime()
  return Number.isFinite(atMs) ? String(atMs) : ''
}

export function RecordFilters({ filter, onChange }: Props) {
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        const given = new FormData(event.currentTarget)
        const text = (name: string) => String(given.get(name) ?? '').trim()
        onChange({
          actor: text('actor'),
          cluster: text('cluster'),
          kinds: text('kinds'),
          from: milliseconds(text('from')),
          to: milliseconds(text('to')),
        })
      }}
      onReset={() => onChange({})}
    >
      <Grid hasGutter sm={6} lg={2}>
        <GridItem>
          <FormGroup label="Kind" fieldId="record-kind">
            <FormSelect id="record-kind" name="kinds" defaultValue={filter.kinds ?? ''}>
              <FormSelectOption value="" label="All" />
              {AuditKind.options.map((kind) => (
                <FormSelectOption key={kind} value={kind} label={kindText(kind)} />
              ))}
            </FormSelect>
          </FormGroup>
        </GridItem>
        <GridItem>
          <FormGroup label="Who, by name or id" fieldId="record-actor">
            <TextInput id="record-actor" name="actor" maxLength={128} />
          </FormGroup>
        </GridItem>
        <GridItem>
          <FormGroup label="Cluster" fieldId="record-cluster">
            <TextInput id="record-cluster" name="cluster" maxLength={64} />
          </FormGroup>
        </GridItem>
        <GridItem>
          <FormGroup label="From" fieldId="record-from">
            <TextInput id="record-from" name="from" type="datetime-local" />
          </FormGroup>
        </GridItem>
        <GridItem>
          <FormGroup label="To" fieldId="record-to">
            <TextInput id="record-to" name="to" type="datetime-local" />
          </FormGroup>
        </GridItem>
      </Grid>
      <div>
        <Button type="submit" variant="primary">
          Show
        </Button>{' '}
        <Button type="reset" variant="link">
          Show all
        </Button>
      </div>
    </Form>
  )
}
