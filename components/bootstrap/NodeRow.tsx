'use client'
/** One node of the new quorum, as a row of fields. */
import {
  Button,
  FormGroup,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core'
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon'
import type { DraftRow, RowRole } from './draft.ts'

type Text = 'nodeId' | 'host' | 'controllerPort' | 'brokerPort' | 'dataDir' | 'rack'

const FIELDS: readonly [field: Text, label: string, placeholder: string, of: RowRole | null][] = [
  ['nodeId', 'Id', '1', null],
  ['host', 'Host', 'c1.example.com', null],
  ['controllerPort', 'Controller port', '9093', 'controller'],
  ['brokerPort', 'Broker port', '9092', 'broker'],
  ['dataDir', 'Data directory', '/var/lib/kafka/data', null],
  ['rack', 'Rack', 'optional', null],
]

export function NodeRow({
  row,
  index,
  problems,
  onChange,
  onRemove,
}: {
  row: DraftRow
  index: number
  problems: ReadonlyMap<string, string>
  onChange: (row: DraftRow) => void
  onRemove: (() => void) | null
}) {
  const id = (field: string) => `boot-${row.key}-${field}`
  const problem = (field: string) => problems.get(`nodes.${index}.${field}`)
  const shown = FIELDS.filter(([, , , of]) => of === null || row.role === 'both' || row.role === of)
  const said = ['roles', 'directoryId', ...FIELDS.map(([field]) => field)].flatMap((field) => {
    const text = problem(field)
    const label = FIELDS.find(([name]) => name === field)?.[1] ?? 'Role'
    return text === undefined ? [] : [{ field, label, text }]
  })
  const name = row.nodeId.trim() === '' ? `row ${index + 1}` : `node ${row.nodeId.trim()}`
  return (
    <li className="qd-boot__node" data-role={row.role}>
      <FormGroup data-field="role" label="Role" fieldId={id('role')}>
        <FormSelect
          id={id('role')}
          value={row.role}
          validated={problem('roles') === undefined ? 'default' : 'error'}
          onChange={(_event, role) => onChange({ ...row, role: role as RowRole })}
        >
          <FormSelectOption value="controller" label="Controller" />
          <FormSelectOption value="broker" label="Broker" />
          <FormSelectOption value="both" label="Combined" />
        </FormSelect>
      </FormGroup>
      {shown.map(([field, label, placeholder]) => (
        <FormGroup key={field} data-field={field} label={label} fieldId={id(field)}>
          <TextInput
            id={id(field)}
            value={row[field]}
            placeholder={placeholder}
            maxLength={field === 'dataDir' ? 500 : 255}
            inputMode={field === 'nodeId' || field.endsWith('Port') ? 'numeric' : undefined}
            autoComplete="off"
            spellCheck={false}
            validated={problem(field) === undefined ? 'default' : 'error'}
            aria-describedby={problem(field) === undefined ? undefined : id('problems')}
            onChange={(_event, text) => onChange({ ...row, [field]: text })}
          />
        </FormGroup>
      ))}
      <Button
        variant="plain"
        aria-label={`Remove ${name}`}
        icon={<TimesIcon />}
        isDisabled={onRemove === null}
        onClick={() => onRemove?.()}
      />
      {said.length > 0 && (
        <HelperText id={id('problems')} component="ul" className="qd-boot__problems">
          {said.map(({ field, label, text }) => (
            <HelperTextItem key={field} component="li" variant="error">
              <b>{label}:</b> {text}
            </HelperTextItem>
          ))}
        </HelperText>
      )}
    </li>
  )
}
