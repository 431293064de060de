'use client'
/** What was: lag, time lag, growth, fetch age and margin over any stretch, with what happened in it. The address is the stretch. */
import { useSearchParams } from 'next/navigation'
import { Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { EventKind } from '../../../server/contract/past/events.ts'
import type { HistoryState } from '../../../server/contract/past/history.ts'
import { bytesText } from '../../../server/contract/words/bytes.ts'
import { spanText } from '../../../server/contract/words/durations.ts'
import { ErrorBoundary } from '../../kit/ErrorBoundary.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { UnknownCluster } from '../../kit/header/UnknownCluster.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { patientLazy } from '../../kit/patientLazy.ts'
import { useClusters } from '../../live/queries/useClusters.ts'
import { useHistory, useHistoryState, usePastEvents } from '../../live/queries/usePast.ts'
import { ClusterSwitcher } from '../ClusterSwitcher.tsx'
import { EventsOfSpan } from './EventsOfSpan.tsx'
import { SpanBar } from './SpanBar.tsx'
import { addressOf, momentAddress, momentText, type Span, spanOf, stepOf } from './spans.ts'
import './past.css'
import { Link } from '../../kit/address/Link.tsx'
import { useRouter } from '../../kit/address/useRouter.ts'

const PastCharts = patientLazy(() => import('./PastCharts.tsx'))

const LIST_EVERY_MS = 5000
const EVENTS = 200
/** More marks hide what they mark. */
const MARKS = 40
const MARKED: ReadonlySet<EventKind> = new Set([
  'leader-elected',
  'leader-lost',
  'voters-changed',
  'incident',
  'observation-lost',
  'run',
])
const ALL_KINDS = EventKind.options
const WITHOUT_FINDINGS = ALL_KINDS.filter((kind) => kind !== 'finding')

export function HistoryScreen({ cluster }: { cluster: string }) {
  const nowMs = useSecond()
  // Before the browser has taken over there is no clock, and no time zone: nothing can be asked.
  return nowMs === 0 ? null : <HistoryAt cluster={cluster} nowMs={nowMs} />
}

function HistoryAt({ cluster, nowMs }: { cluster: string; nowMs: number }) {
  const router = useRouter()
  const search = useSearchParams()
  const { list } = useClusters(LIST_EVERY_MS)
  const [withFindings, setWithFindings] = useState(false)
  const [last, from, to] = [search.get('last'), search.get('from'), search.get('to')]
  const { fromMs, toMs, isLive } = spanOf({ last, from, to }, nowMs)
  const span = useMemo((): Span => ({ fromMs, toMs, isLive }), [fromMs, toMs, isLive])
  const stepMs = stepOf(toMs - fromMs)
  const everyMs = isLive ? Math.max(5000, stepMs) : null
  const { data: history, error, isOld } = useHistory(cluster, { fromMs, toMs, stepMs }, everyMs)
  // A live stretch goes on by a step: what is shown of the one before it is as good.
  const isOther = isOld && (!isLive || (history !== null && history.toMs - history.fromMs !== toMs - fromMs))
  const kinds = withFindings ? ALL_KINDS : WITHOUT_FINDINGS
  const { data: happened } = usePastEvents(cluster, { fromMs, toMs, kinds, limit: EVENTS }, everyMs)
  const { data: state } = useHistoryState(cluster)
  const name = list?.clusters.find((one) => one.cluster === cluster)?.name ?? cluster
  useEffect(() => {
    document.title = `History · ${name} · Quorumdeck`
  }, [name])
  const onGo = useCallback((address: string) => router.push(address), [router])
  const onZoom = useCallback(
    (begin: number, end: number) => router.push(addressOf(cluster, { fromMs: begin, toMs: end, isLive: false })),
    [router, cluster],
  )
  const onPick = useCallback((atMs: number) => router.push(momentAddress(cluster, atMs)), [router, cluster])
  const events = happened?.events ?? []
  const marks = events.filter(({ kind }) => MARKED.has(kind)).slice(-MARKS)
  if (list !== null && !list.clusters.some((one) => one.cluster === cluster))
    return <UnknownCluster cluster={cluster} />
  return (
    <>
      <AppHeader
        right={
          <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
            Back to now
          </Link>
        }
      >
        <ClusterSwitcher current={cluster} name={name} clusters={list?.clusters ?? []} />
      </AppHeader>
      <main id="main" className="qd-main">
        <h1 className="qd-past__title">History of {name}</h1>
        <SpanBar cluster={cluster} span={span} nowMs={nowMs} onGo={onGo} />
        {state?.problem != null && (
          <Notice glyph="!" title={state.problem.title}>
            <p>{state.problem.detail}</p>
            <p>{state.problem.remedy}</p>
          </Notice>
        )}
        {error !== null && history === null ? (
          <Notice glyph="!" title="The history could not be read">
            <p>{error.message}</p>
          </Notice>
        ) : (
          <div className="qd-split qd-past__page" data-old={isOther || undefined}>
            <ErrorBoundary name="Charts">
              <Suspense fallback={null}>
                <PastCharts history={history} span={span} marks={marks} onZoom={onZoom} onPick={onPick} />
              </Suspense>
            </ErrorBoundary>
            <ErrorBoundary name="What happened">
              <EventsOfSpan
                cluster={cluster}
                newestFirst={events.toReversed()}
                hasMore={happened?.older !== undefined}
                isKnown={happened !== null}
                findings={{ shown: withFindings, onShow: setWithFindings }}
              />
            </ErrorBoundary>
          </div>
        )}
        {state !== null && <Kept state={state} />}
      </main>
    </>
  )
}

function Kept({ state: { oldestMs, bytes, maxBytes, tiers } }: { state: HistoryState }) {
  const kept = tiers.slice(0, 3).map(({ stepMs, keptMs }) => `${spanText(stepMs)} for ${spanText(keptMs)}`)
  return (
    <p className="qd-dim qd-small">
      {oldestMs === null ? 'Nothing is kept yet.' : `Kept since ${momentText(oldestMs)}.`} Points of {kept.join(', ')}.
      The history of all clusters takes {bytesText(bytes)} of {bytesText(maxBytes)}.
    </p>
  )
}

/** The wall clock in whole seconds. */
function useSecond(): number {
  return useSyncExternalStore(everySecond, wholeSecond, () => 0)
}

function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, 1000)
  return () => clearInterval(timer)
}

function wholeSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000
}
