'use client'
/** The cluster page of a moment of the past: nothing in it is live, nothing can be done from it, and nobody can take it for now. */
import { Button } from '@patternfly/react-core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ClusterLink } from '../../../server/contract/clusters.ts'
import { EventKind } from '../../../server/contract/past/events.ts'
import type { QuorumView } from '../../../server/contract/quorumView.ts'
import { formatAge, spanText } from '../../../server/contract/words/durations.ts'
import { ErrorBoundary } from '../../kit/ErrorBoundary.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { UnknownCluster } from '../../kit/header/UnknownCluster.tsx'
import { Section } from '../../kit/Section.tsx'
import { TermTip } from '../../kit/TermTip.tsx'
import { useClusters } from '../../live/queries/useClusters.ts'
import { useMoment, usePastEvents } from '../../live/queries/usePast.ts'
import { Standstill } from '../../live/standstill.ts'
import { VerdictCard } from '../../verdict/VerdictCard.tsx'
import { verdict } from '../../verdict/verdict.ts'
import { AccountsSection } from '../AccountsSection.tsx'
import { ClusterSwitcher } from '../ClusterSwitcher.tsx'
import { FactsBar } from '../FactsBar.tsx'
import { FindingsList } from '../FindingsList.tsx'
import { MarginPanel } from '../MarginPanel.tsx'
import { ReplicaTable } from '../table/ReplicaTable.tsx'
import { EventsOfSpan } from './EventsOfSpan.tsx'
import { Scrubber } from './Scrubber.tsx'
import { addressOf, momentAddress, momentText } from './spans.ts'
import '../clusterScreen.css'
import './past.css'
import { Link } from '../../kit/address/Link.tsx'
import { useRouter } from '../../kit/address/useRouter.ts'

const LIST_EVERY_MS = 5000
const AROUND_MS = 60 * 60_000
const EVENTS = 200
const KINDS = EventKind.options.filter((kind) => kind !== 'finding')

export default function PastScreen({ cluster, atMs }: { cluster: string; atMs: number }) {
  const router = useRouter()
  const { list } = useClusters(LIST_EVERY_MS)
  const [nowMs] = useState(() => Date.now())
  const { data: moment, error, isOld } = useMoment(cluster, atMs)
  const around = useMemo(() => {
    const hour = Math.floor(atMs / AROUND_MS) * AROUND_MS
    return { fromMs: Math.max(0, hour - AROUND_MS), toMs: hour + 2 * AROUND_MS, kinds: KINDS, limit: EVENTS }
  }, [atMs])
  const { data: happened } = usePastEvents(cluster, around, null)
  const name = list?.clusters.find((one) => one.cluster === cluster)?.name ?? cluster
  useEffect(() => {
    document.title = `PAST ${momentText(atMs)} · ${name} · Quorumdeck`
  }, [atMs, name])
  const onGo = useCallback(
    (toMs: number) => router.replace(momentAddress(cluster, toMs), { scroll: false }),
    [router, cluster],
  )
  if (list !== null && !list.clusters.some((one) => one.cluster === cluster))
    return <UnknownCluster cluster={cluster} />
  const events = happened?.events ?? []
  const view = moment?.view ?? null
  const history = addressOf(cluster, {
    fromMs: atMs - AROUND_MS / 2,
    toMs: Math.min(nowMs, atMs + AROUND_MS / 2),
    isLive: false,
  })
  return (
    <>
      <AppHeader
        right={
          <Link href={history} prefetch={false}>
            History around it
          </Link>
        }
      >
        <ClusterSwitcher current={cluster} name={name} clusters={list?.clusters ?? []} />
      </AppHeader>
      <div className="qd-past__banner" role="status">
        <p className="qd-past__when">
          <b>THE PAST</b>{' '}
          <span className="qd-num">
            {momentText(atMs)}, {formatAge(Math.max(0, nowMs - atMs))} ago
          </span>
        </p>
        <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
          Back to now
        </Link>
      </div>
      <TermTip />
      <main id="main" className="qd-main qd-past__main" data-old={isOld || undefined}>
        <Section label="Moment">
          <Scrubber atMs={atMs} nowMs={nowMs} moment={moment} events={events} onGo={onGo} />
          {moment !== null && view !== null && moment.stepMs > 1000 && (
            <p className="qd-dim qd-small">
              So far back only points of {spanText(moment.stepMs)} are kept: largest lag and worst health of each.
            </p>
          )}
        </Section>
        <Standstill value={true}>
          {view !== null ? (
            <Picture key={view.observedAtMs} cluster={cluster} view={view} />
          ) : (
            <Section label="Verdict">
              <h1>{error === null && moment === null ? 'Reading that moment…' : 'Nothing is known of that moment'}</h1>
              <p>
                {error?.message ??
                  (moment === null
                    ? ''
                    : 'Quorumdeck was not observing this cluster then, or that time is not kept any more.')}
              </p>
              {moment !== null && <Nearest beforeMs={moment.beforeMs} afterMs={moment.afterMs} onGo={onGo} />}
            </Section>
          )}
        </Standstill>
        <ErrorBoundary name="What happened">
          <EventsOfSpan
            cluster={cluster}
            newestFirst={events
              .filter((event) => event.atMs <= atMs)
              .toReversed()
              .slice(0, 20)}
            hasMore={false}
            isKnown={happened !== null}
          />
        </ErrorBoundary>
      </main>
    </>
  )
}

interface NearestProps {
  readonly beforeMs: number | null
  readonly afterMs: number | null
  readonly onGo: (atMs: number) => void
}

function Nearest({ beforeMs, afterMs, onGo }: NearestProps) {
  return (
    <p className="qd-past__buttons">
      {beforeMs !== null && (
        <Button variant="link" isInline onClick={() => onGo(beforeMs)}>
          Last observation before it: {momentText(beforeMs)}
        </Button>
      )}
      {afterMs !== null && (
        <Button variant="link" isInline onClick={() => onGo(afterMs)}>
          First observation after it: {momentText(afterMs)}
        </Button>
      )}
    </p>
  )
}

/** As it was believed then. */
function Picture({ cluster, view }: { cluster: string; view: QuorumView }) {
  const link: ClusterLink = {
    state: view.quorum.leaderId === null ? 'no-leader' : 'live',
    sinceMs: view.observedAtMs,
    problem: null,
    attempts: [],
  }
  const words = verdict({ view, link, freshness: 'live', longWithoutLeader: true })
  return (
    <>
      <VerdictCard cluster={cluster} verdict={words} />
      <div className="qd-data qd-past__picture">
        <ErrorBoundary name="Facts of the quorum">
          <FactsBar view={view} />
        </ErrorBoundary>
        <div className="qd-split qd-cluster">
          <div className="qd-column">
            <ErrorBoundary name="Replicas">
              <ReplicaTable view={view} mayAct={false} />
            </ErrorBoundary>
            <AccountsSection view={view} isOpen={false} />
          </div>
          <div className="qd-column">
            <ErrorBoundary name="What you could lose">
              <MarginPanel view={view} />
            </ErrorBoundary>
            <ErrorBoundary name="Findings">
              <FindingsList view={view} mayAct={false} />
            </ErrorBoundary>
          </div>
        </div>
      </div>
    </>
  )
}
