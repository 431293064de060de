'use client'
/** Every replica, keyed by node id and directory id, voters before observers. */
import { Button } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { QuorumView, ReplicaView } from '../../../server/contract/quorumView.ts'
import { isObserver } from '../../../server/contract/voters.ts'
import { Cell, HeadCell } from '../../kit/Cell.tsx'
import { ErrorBoundary } from '../../kit/ErrorBoundary.tsx'
import { patientLazy } from '../../kit/patientLazy.ts'
import { Section } from '../../kit/Section.tsx'
import { plural } from '../../kit/words/format.ts'
import { incarnation } from '../../live/lagTrail.ts'
import { useLagTrail } from '../../live/useLagTrail.ts'
import { twinIds, twinMark } from '../../verdict/incarnations.ts'
import { linksFromReplica } from '../../workflows/links/wizardLinks.ts'
import { type Column, ColumnHead } from './ColumnHead.tsx'
import { ReplicaRow } from './ReplicaRow.tsx'
import { type OpenMenu, RowMenu } from './RowMenu.tsx'
import { everyRow, filterRows, quietObservers, roleOf, sortRows } from './rows.ts'
import { sparkBox } from './Sparkline.tsx'
import { sparkLines } from './sparkPath.ts'
import { TableToolbar } from './TableToolbar.tsx'
import { tableIn, withTable } from './tableAddress.ts'
import './replicaTable.css'

const ToolOutput = patientLazy(() => import('./ToolOutput.tsx'))

const SPARK_MS = 60_000

const COLUMNS: readonly Column[] = [
  { name: 'Node · directory id', term: 'node', sort: 'node', className: 'qd-cell-node' },
  { name: 'Status', term: 'status', sort: 'status', className: 'qd-cell-status' },
  { name: 'Log end offset', term: 'logEndOffset', sort: 'logEndOffset', className: 'qd-cell-num qd-cell-leo' },
  { name: 'Lag', term: 'lag', sort: 'lag', className: 'qd-cell-num qd-cell-lag' },
  { name: 'Last 60 s', term: 'lagTrend', sort: null, className: 'qd-cell-spark' },
  { name: 'Last fetch', term: 'lastFetch', sort: 'lastFetch', className: 'qd-cell-num qd-cell-fetch' },
  { name: 'Caught up', term: 'caughtUp', sort: 'caughtUp', className: 'qd-cell-num qd-cell-caught' },
  { name: 'Health', term: 'health', sort: 'health', className: 'qd-cell-health' },
]

export function ReplicaTable({ view, mayAct }: { view: QuorumView; mayAct: boolean }) {
  const { cluster, replicas } = view
  // The table is there only once a view has arrived, so this is a browser: the address has what was shared.
  const [shared] = useState(() => tableIn(location.search))
  const [filter, setFilter] = useState(shared.filter)
  const [order, setOrder] = useState(shared.order)
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(shared.open))
  useEffect(() => {
    const search = withTable(location.search, { filter, order, open: [...open] })
    if (search !== location.search) history.replaceState(history.state, '', location.pathname + search + location.hash)
  }, [filter, order, open])
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [output, setOutput] = useState(false)
  const [everyObserver, setEveryObserver] = useState(false)
  const sparks = useSparks(view)
  const twins = useMemo(() => twinIds(replicas), [replicas])
  const rows = sortRows(filterRows(replicas, filter), order)
  const toggle = useCallback((key: string) => {
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  }, [])
  const voters = rows.filter((replica) => !isObserver(replica))
  const observers = rows.filter(isObserver)
  const quiet = filter === everyRow ? quietObservers(observers, twins) : []
  const shownObservers = everyObserver ? observers : observers.filter((replica) => !quiet.includes(replica))
  const row = (replica: ReplicaView) => {
    const key = incarnation(replica)
    const twin = twins.has(replica.nodeId)
    return (
      <ReplicaRow
        key={key}
        rowKey={key}
        cluster={cluster}
        replica={replica}
        twin={twin}
        mark={twin ? twinMark(replica, replicas) : null}
        spark={sparks.get(key) ?? ''}
        open={open.has(key)}
        onToggle={toggle}
        onMenu={mayAct && linksFromReplica(cluster, replica, twin).length > 0 ? setMenu : null}
      />
    )
  }
  return (
    <Section label="Replicas">
      <TableToolbar replicas={replicas} filter={filter} onFilter={setFilter} onShowOutput={() => setOutput(true)} />
      <div className="qd-tablescroll">
        <Table aria-label="Replicas of the metadata log" variant="compact" gridBreakPoint="" className="qd-table">
          <Thead>
            <Tr>
              {COLUMNS.map((column) => (
                <ColumnHead key={column.name} column={column} order={order} onOrder={setOrder} />
              ))}
              <HeadCell scope="col" className="qd-cell-more">
                <span className="pf-v6-screen-reader">Details and wizards</span>
              </HeadCell>
            </Tr>
          </Thead>
          {voters.length > 0 && (
            <Tbody>
              <GroupRow words={`Voters · ${voters.length}`} note={votersNote(view, voters.length)} />
              {voters.map(row)}
            </Tbody>
          )}
          {observers.length > 0 && (
            <Tbody>
              <GroupRow words={`Observers · ${observers.length}`} note={observersNote(observers)} />
              {shownObservers.map(row)}
              {quiet.length > 0 && (
                <Tr className="qd-group">
                  <Cell colSpan={9}>
                    <Button variant="link" isInline onClick={() => setEveryObserver(!everyObserver)}>
                      {everyObserver
                        ? `Hide the ${quiet.length} that are well`
                        : `Show ${quiet.length} more: brokers that are well`}
                    </Button>
                  </Cell>
                </Tr>
              )}
            </Tbody>
          )}
        </Table>
      </div>
      {rows.length === 0 && (
        <p className="qd-dim">
          No replica matches the filters.{' '}
          <Button variant="link" isInline onClick={() => setFilter(everyRow)}>
            Show all {replicas.length}
          </Button>
        </p>
      )}
      {menu !== null && <RowMenu cluster={cluster} menu={menu} replicas={replicas} onClose={() => setMenu(null)} />}
      {output && (
        <ErrorBoundary name="Output">
          <ToolOutput view={view} onClose={() => setOutput(false)} />
        </ErrorBoundary>
      )}
    </Section>
  )
}

function GroupRow({ words, note }: { words: string; note: string }) {
  return (
    <Tr className="qd-group">
      <HeadCell scope="rowgroup" colSpan={9}>
        {words}
        {note !== '' && <span className="qd-dim"> — {note}</span>}
      </HeadCell>
    </Tr>
  )
}

function votersNote(view: QuorumView, shown: number): string {
  return shown === view.quorum.voters ? '' : `${shown} of ${view.quorum.voters} shown`
}

/** A controller among the observers is one that could become a voter. */
function observersNote(observers: readonly ReplicaView[]): string {
  const candidates = observers.filter(
    (replica) => replica.health !== 'silent' && (roleOf(replica) === 'controller' || roleOf(replica) === 'combined'),
  )
  return candidates.length === 0 ? '' : `${plural(candidates.length, 'controller')} among them`
}

/** The lines of every row's last minute, made anew once a second. */
function useSparks(view: QuorumView): ReadonlyMap<string, string> {
  const [firstSeenMs] = useState(view.observedAtMs)
  const frames = useLagTrail(view.cluster, 'minute', firstSeenMs)
  return useMemo(() => {
    const newestMs = frames.at(-1)?.atMs ?? 0
    const keys = new Set(frames.at(-1)?.points.keys() ?? [])
    return new Map(
      [...keys].map((key) => {
        const values = frames.map((frame) => ({ atMs: frame.atMs, lag: frame.points.get(key)?.lag ?? null }))
        return [key, sparkLines(values, newestMs, SPARK_MS, sparkBox).join('|')]
      }),
    )
  }, [frames])
}
