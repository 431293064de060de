'use client'
/** One node of the new quorum, as a row of fields. */
import { Button, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon'
import type { DraftRow, RowRole } from './draft.ts'

type Text = 'nodeId' | 'host' | 'controllerPort' | 'brokerPort' | 'dataDir' | 'rack'

const FIELDS: readonly [field: Text, label: string, placeholder: string, of: RowRole | null][] = [
  ['nodeId', 'Id', '1', null],
  ['host', 'Host', 'c1.example.com', null],
  ['controllerPort', 'Controller port', '9093', 'controller'],
  ['brokerPort', 'Broker port', '9092', 'broker'],
  ['dataDir', 'Data directory', '/var/lib/kafka/data', null],
  ['rack', 'Rack', 'may stay empty', null],
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
      <div className="qd-boot__field" data-field="role">
        <label htmlFor={id('role')}>Role</label>
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
      </div>
      {shown.map(([field, label, placeholder]) => (
        <div key={field} className="qd-boot__field" data-field={field}>
          <label htmlFor={id(field)}>{label}</label>
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
        </div>
      ))}
      <Button
        className="qd-boot__remove"
        variant="plain"
        aria-label={`Remove ${name}`}
        icon={<TimesIcon />}
        isDisabled={onRemove === null}
        onClick={() => onRemove?.()}
      />
      {said.length > 0 && (
        <ul id={id('problems')} className="qd-boot__problems">
          {said.map(({ field, label, text }) => (
            <li key={field} className="qd-boot__problem">
              <b>{label}:</b> {text}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
