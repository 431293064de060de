'use client'
/** Every cluster of this server in a line of its own: searched, filtered, in groups, by keyboard. */
import { Button, Flex, TextInput, Title } from '@patternfly/react-core'
import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ClusterSummary } from '../../../server/contract/clusters.ts'
import { plural } from '../../kit/words/format.ts'
import { COLUMNS, FleetRow, rowOf } from './FleetRow.tsx'
import {
  arranged,
  counts,
  type Filter,
  type Group,
  type Judged,
  judged,
  matches,
  passes,
  TROUBLES,
} from './fleetOrder.ts'
import { useFleetKeys } from './useFleetKeys.ts'
import './fleet.css'

const SEARCH_FROM = 9
const SEARCH_ID = 'find-cluster'
const FOLDED_KEY = 'quorumdeck-folded-groups'

function isFilter(text: string | null): text is Filter {
  return text === 'all' || text === 'needing' || TROUBLES.some((one) => one === text)
}

/** What is typed and chosen stands in the address, so that a link shows the same list. */
function useInAddress(name: string, value: string): void {
  useEffect(() => {
    const search = new URLSearchParams(location.search)
    // What is there already stays as it was written: `?list` is not to become `?list=`.
    if ((search.get(name) ?? '') === value) return
    if (value === '') search.delete(name)
    else search.set(name, value)
    const address = search.size === 0 ? location.pathname : `${location.pathname}?${search}`
    if (address !== location.pathname + location.search) history.replaceState(history.state, '', address)
  }, [name, value])
}

function useFolded(): [ReadonlySet<string>, (group: string) => void] {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(FOLDED_KEY) ?? '[]')
      if (Array.isArray(kept)) setFolded(new Set(kept.filter((one) => typeof one === 'string')))
    } catch {
      // Nothing was kept, or no list: all are open.
    }
  }, [])
  const toggle = useCallback((group: string) => {
    setFolded((before) => {
      const next = new Set(before)
      if (!next.delete(group)) next.add(group)
      try {
        localStorage.setItem(FOLDED_KEY, JSON.stringify([...next]))
      } catch {
        // A browser that keeps nothing.
      }
      return next
    })
  }, [])
  return [folded, toggle]
}

interface FleetProps {
  readonly summaries: readonly ClusterSummary[]
  readonly receivedAtMs: number
  readonly stale: boolean
}

export function Fleet({ summaries, receivedAtMs, stale }: FleetProps) {
  const params = useSearchParams()
  const [text, setText] = useState(params.get('find') ?? '')
  const asked = params.get('show')
  const [filter, setFilter] = useState<Filter>(isFilter(asked) ? asked : 'all')
  useInAddress('find', text)
  useInAddress('show', filter === 'all' ? '' : filter)
  const [folded, toggle] = useFolded()
  const list = useRef<HTMLDivElement>(null)
  const empty = useCallback(() => setText(''), [])
  useFleetKeys(list, SEARCH_ID, empty)
  const rows = useMemo(() => judged(summaries), [summaries])
  const chips = counts(rows)
  const shown = rows.filter((row) => passes(row, filter) && matches(row, text))
  const narrowed = text.trim() !== '' || filter !== 'all'
  const { needing, groups } = arranged(shown)
  const hasGroups = groups.some(({ name }) => name !== null)
  return (
    <>
      {(summaries.length >= SEARCH_FROM || narrowed) && (
        <Flex>
          <div>
            <TextInput
              id={SEARCH_ID}
              type="search"
              placeholder="Find a cluster  ( / )"
              aria-label="Find a cluster by name, group, id, address or verdict"
              value={text}
              onChange={(_event, typed) => setText(typed)}
            />
          </div>
          <Flex role="group" aria-label="Show" columnGap={{ default: 'columnGapXs' }} rowGap={{ default: 'rowGapXs' }}>
            {chips.map((chip) => (
              <Button
                key={chip.filter}
                size="sm"
                variant={chip.filter === filter ? 'primary' : 'secondary'}
                aria-pressed={chip.filter === filter}
                onClick={() => setFilter(chip.filter === filter ? 'all' : chip.filter)}
              >
                {chip.words} <span className="qd-num">{chip.count}</span>
              </Button>
            ))}
          </Flex>
        </Flex>
      )}
      <div ref={list} className="qd-data qd-flow">
        {needing.length > 0 && (
          <section className="qd-flow" aria-label="Need you">
            <Title headingLevel="h2" size="md">
              {needing.length === 1 ? 'Needs you' : 'Need you'}
            </Title>
            <Rows rows={needing} isApart receivedAtMs={receivedAtMs} stale={stale} />
          </section>
        )}
        {groups.map((group) => {
          const key = group.name ?? ''
          const isFolded = hasGroups && !narrowed && folded.has(key)
          if (hasGroups && narrowed && group.rows.length === 0) return null
          return (
            <section
              key={key}
              className="qd-flow"
              aria-label={group.name ?? (hasGroups ? 'Without a group' : 'Clusters')}
            >
              {hasGroups && (
                <GroupHead group={group} isFolded={isFolded} isFixed={narrowed} onToggle={() => toggle(key)} />
              )}
              {!isFolded && group.rows.length > 0 && (
                <Rows rows={group.rows} isApart={false} receivedAtMs={receivedAtMs} stale={stale} />
              )}
            </section>
          )
        })}
      </div>
      {shown.length === 0 && (
        <p className="qd-dim">
          No cluster matches{text.trim() === '' ? '' : ` “${text.trim()}”`}.{' '}
          <Button
            variant="link"
            isInline
            onClick={() => {
              setText('')
              setFilter('all')
            }}
          >
            Show all {summaries.length}
          </Button>
        </p>
      )}
    </>
  )
}

function GroupHead({
  group: { name, rows, above },
  isFolded,
  isFixed,
  onToggle,
}: {
  group: Group
  isFolded: boolean
  isFixed: boolean
  onToggle: () => void
}) {
  const count = `${plural(rows.length, 'cluster')}${above === 0 ? '' : `, ${above} above`}`
  return (
    <Title headingLevel="h2" size="md">
      <Button
        className="qd-fleet__group"
        variant="plain"
        aria-expanded={!isFolded}
        isDisabled={isFixed}
        onClick={onToggle}
      >
        <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span> {name ?? 'Without a group'}{' '}
        <span className="qd-dim qd-small qd-num">{count}</span>
      </Button>
    </Title>
  )
}

interface RowsProps {
  rows: readonly Judged[]
  isApart: boolean
  receivedAtMs: number
  stale: boolean
}

function Rows({ rows, isApart, receivedAtMs, stale: isStale }: RowsProps) {
  return (
    <div>
      <div className="qd-fleet__head qd-small qd-dim" aria-hidden="true">
        <span />
        <span />
        {COLUMNS.map((column) => (
          <span key={column} className="qd-fleet__figure">
            {column}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noRedundantRoles: without its marks Safari calls it no list */}
      <ul className="qd-fleet__rows" role="list">
        {rows.map((row) => (
          <FleetRow key={row.summary.cluster} {...rowOf(row, { receivedAtMs, isStale, isApart })} />
        ))}
      </ul>
    </div>
  )
}
