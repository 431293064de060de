'use client'
/** The fields of a cluster. Whatever cannot be used is said at its field; nothing typed is lost. */
import { FormGroup, TextArea, TextInput } from '@patternfly/react-core'
import { Hint } from '../../kit/Hint.tsx'
import type { Draft, DraftField } from './formDraft.ts'

interface FieldWords {
  readonly field: DraftField
  readonly label: string
  readonly hint: string
  readonly rows?: number
  readonly required?: boolean
}

const FIELDS: readonly FieldWords[] = [
  { field: 'name', label: 'Name', hint: 'What everybody sees in the list.', required: true },
  { field: 'group', label: 'Group', hint: 'Clusters of one group stand together: a team, a site. May be empty.' },
  {
    field: 'controllers',
    label: 'Controllers',
    hint: 'host:port, one a line. One that answers is enough; name all.',
    rows: 3,
  },
  {
    field: 'brokers',
    label: 'Brokers',
    hint: 'Only where controllers cannot be reached from here: host:port, one a line.',
    rows: 2,
  },
  {
    field: 'commandConfig',
    label: 'Client properties file',
    hint: 'Name of a file in client-properties of the data directory, with security.protocol, ssl.* and sasl.*. Empty for plain listeners. Secrets stay on the server.',
  },
  {
    field: 'clusterId',
    label: 'Cluster id',
    hint: 'Any other Kafka cluster at these addresses is refused. May be empty.',
  },
  { field: 'racks', label: 'Racks of controllers', hint: 'node=rack, with commas between: 1=a, 2=b. May be empty.' },
  { field: 'intervalMs', label: 'Asked every, in ms', hint: 'From 100 to 60000; 1000 fits nearly always.' },
]

interface ReachFieldsProps {
  readonly draft: Draft
  readonly problems: ReadonlyMap<DraftField, string>
  readonly isReadOnly: boolean
  readonly onChange: (draft: Draft) => void
}

export function ReachFields({ draft, problems, isReadOnly, onChange }: ReachFieldsProps) {
  return FIELDS.map(({ field, label, hint, rows, required = false }) => {
    const id = `reach-${field}`
    const problem = problems.get(field)
    const shared = {
      id,
      value: draft[field],
      validated: problem === undefined ? ('default' as const) : ('error' as const),
      ...(isReadOnly ? { readOnlyVariant: 'default' as const } : { 'aria-describedby': `${id}-hint` }),
      onChange: (_event: unknown, text: string) => onChange({ ...draft, [field]: text }),
    }
    return (
      <FormGroup key={field} label={label} fieldId={id} isRequired={required && !isReadOnly}>
        {rows === undefined ? (
          <TextInput {...shared} maxLength={field === 'racks' ? 2000 : 200} />
        ) : (
          <TextArea {...shared} rows={rows} resizeOrientation="vertical" />
        )}
        {!isReadOnly && (
          <Hint id={`${id}-hint`} isProblem={problem !== undefined}>
            {problem ?? hint}
          </Hint>
        )}
      </FormGroup>
    )
  })
}
