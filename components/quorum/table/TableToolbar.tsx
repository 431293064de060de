'use client'
/** Filters with counts above the table, and the way to Kafka's own output. */
import { Button, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import type { ReplicaView } from '../../../server/contract/quorumView.ts'
import { choices, type RowFilter } from './rows.ts'
import './tableToolbar.css'

const FACETS = [
  { facet: 'status', name: 'Status', all: ['leader', 'follower', 'observer'] },
  { facet: 'role', name: 'Role', all: ['controller', 'broker', 'combined', 'unknown'] },
  { facet: 'health', name: 'Health', all: ['ok', 'lagging', 'silent', 'unknown'] },
] as const

export function TableToolbar({
  replicas,
  filter,
  onFilter,
  onShowOutput,
}: {
  replicas: readonly ReplicaView[]
  filter: RowFilter
  onFilter: (filter: RowFilter) => void
  onShowOutput: () => void
}) {
  return (
    <search className="qd-toolbar" aria-label="Filter the replicas">
      <div className="qd-toolbar__text">
        <TextInput
          type="search"
          placeholder="Filter by id, address…"
          aria-label="Filter by id, directory id or address"
          value={filter.text}
          onChange={(_event, text) => onFilter({ ...filter, text })}
        />
      </div>
      {FACETS.map(({ facet, name, all }) => {
        const options = choices(replicas, filter, facet, all)
        if (options.length <= 2 && filter[facet] === 'all') return null
        return (
          <div key={facet} className="qd-toolbar__facet" data-set={filter[facet] !== 'all'}>
            <FormSelect
              value={filter[facet]}
              aria-label={name}
              onChange={(_event, choice) => onFilter({ ...filter, [facet]: choice } as RowFilter)}
            >
              {options.map(({ choice, count }) => (
                <FormSelectOption
                  key={choice}
                  value={choice}
                  label={`${choice === 'all' ? `${name}: all` : choice} (${count})`}
                />
              ))}
            </FormSelect>
          </div>
        )
      })}
      <Button variant="link" isInline className="qd-toolbar__output" onClick={onShowOutput}>
        Copy as kafka-metadata-quorum output
      </Button>
    </search>
  )
}
