'use client'
/** The screen on the wall: read from across a room, nothing to click, and honest about how old it is. */
import { type CSSProperties, useEffect, useSyncExternalStore } from 'react'
import { votersOf } from '../../server/contract/voters.ts'
import { formatAge } from '../../server/contract/words/durations.ts'
import { Sentence } from '../kit/Age.tsx'
import { formatUtc } from '../kit/words/format.ts'
import { useClusters } from '../live/queries/useClusters.ts'
import { ticker } from '../live/ticker.ts'
import { useConnection, useFreshness, useLiveCluster, useObservationAge, useSilence } from '../live/useLiveCluster.ts'
import { useVerdict } from '../verdict/useVerdict.ts'
import { WallFrame } from './screen/WallFrame.tsx'
import { WallAlerts } from './WallAlerts.tsx'
import { wallAlerts } from './wallAlerts.ts'
import { otherClusters, type WallSeat, wallChange, wallRun, wallSeat, wallSubline } from './wallLines.ts'
import './wall.css'

const LIST_EVERY_MS = 5_000

export function WallScreen({ cluster }: { cluster: string }) {
  const state = useLiveCluster(cluster)
  const freshness = useFreshness(cluster, state.intervalMs)
  const verdict = useVerdict(cluster, state, freshness)
  const { refusal } = useConnection()
  const { list } = useClusters(LIST_EVERY_MS)
  const { view, link } = state
  const summary = list?.clusters.find((one) => one.cluster === cluster)
  const name = summary?.name ?? cluster
  const voters = view === null ? [] : votersOf(view)
  const others = otherClusters(list?.clusters ?? [], cluster)
  const run = wallRun(state.workflows)
  const unknown = refusal?.code === 'unknown-cluster' && summary === undefined && view === null ? refusal : null
  const tone = unknown === null ? verdict.tone : 'stale'
  const believed = tone !== 'stale' && link?.state === 'live'
  useEffect(() => {
    document.title = `${verdict.short} · ${name}`
  }, [verdict.short, name])
  return (
    <WallFrame
      tone={tone}
      code={verdict.code}
      away={`/clusters/${encodeURIComponent(cluster)}`}
      className="qd-wall__one"
    >
      <div className="qd-wall__top">
        <span>
          {name}
          {summary !== undefined && summary.kind !== 'kafka' && (
            <span className="qd-wall__kind">{summary.kind === 'practice' ? 'simulated' : 'sandbox'}</span>
          )}
        </span>
        <span className="qd-wall__right">
          <WallAge cluster={cluster} freshness={freshness} live={believed} />
          <WallClock />
        </span>
      </div>
      <div className="qd-wall__verdict">
        <h1 aria-live="polite">{unknown === null ? verdict.short : 'No such cluster'}</h1>
        <p>
          {unknown !== null ? (
            unknown.message
          ) : view !== null && (believed || view.quorum.leaderless !== null) && tone !== 'stale' ? (
            <Sentence cluster={cluster} words={wallSubline(view, verdict)} />
          ) : (
            <Sentence cluster={cluster} words={verdict.detail} />
          )}
        </p>
      </div>
      <ul
        className="qd-wall__seats"
        data-dense={voters.length > 4}
        style={{ '--columns': columns(voters.length) } as CSSProperties}
      >
        {view !== null &&
          voters.map((voter) => (
            <Seat key={`${voter.nodeId}.${voter.directoryId ?? ''}`} cluster={cluster} seat={wallSeat(voter, view)} />
          ))}
      </ul>
      <WallAlerts alerts={wallAlerts(state.alerts, view)} nowMs={view?.observedAtMs ?? 0} />
      <div className="qd-wall__foot">
        {run !== null && <span className="qd-wall__run">{run}</span>}
        <span>{wallChange(view)}</span>
        {others !== null && (
          <span className="qd-wall__others" data-attention={others.needsPerson}>
            {others.needsPerson && <span aria-hidden="true">! </span>}
            {others.words}
          </span>
        )}
      </div>
    </WallFrame>
  )
}

/** Up to five seats stand in one row; more in two. */
function columns(seats: number): number {
  return seats <= 5 ? Math.max(1, seats) : Math.ceil(seats / 2)
}

function Seat({ cluster, seat }: { cluster: string; seat: WallSeat }) {
  return (
    <li className="qd-wall__seat" data-tone={seat.tone}>
      <b>{seat.nodeId}</b>
      <span className="qd-num">
        <Sentence cluster={cluster} words={seat.words} />
      </span>
      <em aria-hidden="true">{seat.glyph}</em>
    </li>
  )
}

function WallAge({ cluster, freshness, live }: { cluster: string; freshness: string; live: boolean }) {
  const age = useObservationAge(cluster, (ageMs) => (ageMs === null ? '' : formatAge(ageMs)))
  const silence = useSilence(cluster, (silentMs) => (silentMs === null ? '' : formatAge(silentMs)))
  if (live) return <span className="qd-num">Live · {age}</span>
  if (freshness === 'server-lost') return <span className="qd-num qd-wall__doubt">No answers for {silence}</span>
  return <span className="qd-num qd-wall__doubt">{age === '' ? 'No data yet' : `Data ${age} old`}</span>
}

function WallClock() {
  const now = useSyncExternalStore(
    ticker.subscribe,
    () => formatUtc(Date.now()),
    () => '',
  )
  return <span className="qd-num">{now}</span>
}
