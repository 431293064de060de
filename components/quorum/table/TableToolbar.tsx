'use client'
/** Filters with counts above the table, and the way to Kafka's own output. */
import { Button, Flex, FlexItem, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
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
    <Flex component="search" aria-label="Filter the replicas">
      <FlexItem>
        <TextInput
          type="search"
          placeholder="Filter by id, address…"
          aria-label="Filter by id, directory id or address"
          value={filter.text}
          onChange={(_event, text) => onFilter({ ...filter, text })}
        />
      </FlexItem>
      {FACETS.map(({ facet, name, all }) => {
        const options = choices(replicas, filter, facet, all)
        if (options.length <= 2 && filter[facet] === 'all') return null
        return (
          <FlexItem key={facet}>
            <FormSelect
              className={filter[facet] === 'all' ? 'qd-facet' : 'qd-facet qd-facet--set'}
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
          </FlexItem>
        )
      })}
      <FlexItem align={{ md: 'alignRight' }}>
        <Button variant="link" isInline onClick={onShowOutput}>
          Copy as kafka-metadata-quorum output
        </Button>
      </FlexItem>
    </Flex>
  )
}
