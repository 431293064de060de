'use client'
/** One cluster: the verdict first, then the facts, every replica, what can be lost, what happened. */
import { Skeleton } from '@patternfly/react-core'
import { Suspense, useEffect } from 'react'
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { AlertStrip } from '../alerts/AlertStrip.tsx'
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { LiveDot } from '../kit/header/LiveDot.tsx'
import { People } from '../kit/header/People.tsx'
import { UnknownCluster } from '../kit/header/UnknownCluster.tsx'
import { patientLazy } from '../kit/patientLazy.ts'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { TermTip } from '../kit/TermTip.tsx'
import { WhenSeen } from '../kit/WhenSeen.tsx'
import { useClusters } from '../live/queries/useClusters.ts'
import { useHere } from '../live/useHere.ts'
import { useConnection, useFreshness, useLiveCluster, useObservationAge } from '../live/useLiveCluster.ts'
import { fleetWords } from '../verdict/summaryVerdict.ts'
import { toneGlyph } from '../verdict/toneGlyph.ts'
import { useVerdict } from '../verdict/useVerdict.ts'
import { VerdictCard } from '../verdict/VerdictCard.tsx'
import { RunBanner } from '../workflows/links/RunBanner.tsx'
import { wizardsPath } from '../workflows/links/wizards.ts'
import { AccountsSection } from './AccountsSection.tsx'
import { accountsNeedEyes } from './accountRow.ts'
import { ClusterSwitcher } from './ClusterSwitcher.tsx'
import { EventTimeline } from './EventTimeline.tsx'
import { FactsBar } from './FactsBar.tsx'
import { FindingsList } from './FindingsList.tsx'
import { LinkProblem } from './LinkProblem.tsx'
import { MarginPanel } from './MarginPanel.tsx'
import { ReplicaTable } from './table/ReplicaTable.tsx'
import './clusterScreen.css'
import { Link } from '../kit/address/Link.tsx'
import { useMayAct } from '../live/queries/useRights.ts'

const IncidentCard = patientLazy(() => import('./IncidentCard.tsx'))
const LeaderlessPanel = patientLazy(() => import('./LeaderlessPanel.tsx'))
const LagCharts = patientLazy(() => import('./charts/LagCharts.tsx'))
const ShiftNote = patientLazy(() => import('../kit/notes/ShiftNote.tsx'))
const SandboxPanel = patientLazy(() => import('./sandbox/SandboxPanel.tsx'))

const LIST_EVERY_MS = 5_000

export function ClusterScreen({ cluster }: { cluster: string }) {
  const state = useLiveCluster(cluster)
  useHere(cluster, 'cluster', null)
  const { refusal } = useConnection()
  const mayAct = useMayAct(cluster) === true
  const freshness = useFreshness(cluster, state.intervalMs)
  const verdict = useVerdict(cluster, state, freshness)
  const { list } = useClusters(LIST_EVERY_MS)
  const summaries = list?.clusters ?? []
  const summary = summaries.find((one) => one.cluster === cluster) ?? null
  const { view, link } = state
  const believed = freshness === 'live' && (link?.state === 'live' || link?.state === 'no-leader')
  const name = summary?.name ?? cluster
  useEffect(() => {
    document.title = `${toneGlyph[verdict.tone]} ${verdict.short} · ${name} · Quorumdeck`
  }, [verdict.tone, verdict.short, name])

  if (summary === null && view === null && (refusal?.code === 'unknown-cluster' || list !== null)) {
    return <UnknownCluster cluster={cluster} />
  }
  const sandbox = summary !== null && summary.kind !== 'kafka'
  return (
    <>
      <AppHeader
        right={
          <>
            <LiveDot cluster={cluster} freshness={freshness} link={link?.state ?? null} />
            <People state={state} runs={state.workflows} />
            {summary?.planned && (
              <Link href={`/clusters/${encodeURIComponent(cluster)}/formation`} prefetch={false}>
                Formation
              </Link>
            )}
            <Link href={`/clusters/${encodeURIComponent(cluster)}/history`} prefetch={false}>
              History
            </Link>
            <Link href={wizardsPath(cluster)} prefetch={false}>
              Wizards
            </Link>
            <Link href={`/wall/${encodeURIComponent(cluster)}`} prefetch={false}>
              Wall
            </Link>
            <Link href={`/clusters/${encodeURIComponent(cluster)}/edit`} prefetch={false}>
              Connection
            </Link>
          </>
        }
      >
        <ClusterSwitcher current={cluster} name={name} clusters={summaries} />
        {sandbox && <KindLabel summary={summary} breakable={mayAct} />}
        {summaries.length > 1 && (
          <Link className="qd-header__extra" href="/?list" prefetch={false}>
            {summaries.length} clusters · {fleetWords(summaries, 0)}
          </Link>
        )}
      </AppHeader>
      <TermTip />
      <main id="main" className="qd-main" data-stale={(view !== null && !believed) || undefined}>
        <VerdictCard cluster={cluster} verdict={verdict} />
        {summary?.sameKafkaCluster !== undefined && <Twins names={summary.sameKafkaCluster} />}
        {link !== null && link.state !== 'connecting' && (
          <WhenSeen className="qd-column" height="0">
            <ErrorBoundary name="Hand-over of the shift">
              <Suspense fallback={null}>
                <ShiftNote subject="shift" mayAct={mayAct} mayLeave={false} />
                <ShiftNote subject={`shift:${cluster}`} mayAct={mayAct} />
              </Suspense>
            </ErrorBoundary>
          </WhenSeen>
        )}
        <AlertStrip alerts={state.alerts} />
        {view === null && (link === null || link.state === 'connecting') && <Waiting />}
        {link !== null && link.state !== 'live' && link.attempts.length > 0 && <LinkProblem attempts={link.attempts} />}
        {view?.incidents.map((incident) => (
          <ErrorBoundary key={incident.id} name="Incident">
            <IncidentCard cluster={cluster} incident={incident} mayAct={mayAct} />
          </ErrorBoundary>
        ))}
        {view !== null && view.quorum.leaderless !== null && view.quorum.leaderless.code !== 'electing' && (
          <ErrorBoundary name="Why nobody leads">
            <LeaderlessPanel
              cluster={cluster}
              leaderless={view.quorum.leaderless}
              nowMs={view.observedAtMs}
              mayAct={mayAct}
            />
          </ErrorBoundary>
        )}
        {view !== null && (
          <div className="qd-data">
            {state.workflows.map((run) => (
              <RunBanner key={run.id} run={run} />
            ))}
            <ErrorBoundary name="Facts of the quorum">
              <FactsBar view={view} />
            </ErrorBoundary>
            <div className="qd-split qd-cluster">
              <div className="qd-column">
                <ErrorBoundary name="Replicas">
                  <ReplicaTable view={view} mayAct={mayAct} />
                </ErrorBoundary>
                <AccountsSection view={view} isOpen={accountsNeedEyes(view)} />
                <WhenSeen className="qd-cluster__trends" height="21rem">
                  <ErrorBoundary name="Trends">
                    <LagCharts view={view} />
                  </ErrorBoundary>
                </WhenSeen>
              </div>
              <div className="qd-column">
                <ErrorBoundary name="What you can lose">
                  <MarginPanel view={view} />
                </ErrorBoundary>
                <ErrorBoundary name="Findings">
                  <FindingsList view={view} mayAct={mayAct} />
                </ErrorBoundary>
                <ErrorBoundary name="Events">
                  <EventTimeline cluster={cluster} nowMs={view.observedAtMs} />
                </ErrorBoundary>
              </div>
            </div>
          </div>
        )}
        {sandbox && mayAct && (
          <WhenSeen id="break-things" height="16rem">
            <ErrorBoundary name="Break things">
              <SandboxPanel cluster={cluster} />
            </ErrorBoundary>
          </WhenSeen>
        )}
        <p className="qd-small">
          <Link href={`/clusters/${encodeURIComponent(cluster)}/inspect`} prefetch={false}>
            Inspect what a disk holds…
          </Link>{' '}
          ·{' '}
          <Link href={`/clusters/${encodeURIComponent(cluster)}/rights`} prefetch={false}>
            Rights on the cluster
          </Link>
        </p>
        {view !== null && <Provenance view={view} />}
      </main>
    </>
  )
}

function KindLabel({ summary, breakable }: { summary: ClusterSummary; breakable: boolean }) {
  return (
    <Tag tone="info">
      {summary.kind === 'practice' ? 'Practice quorum: simulated' : 'Sandbox: real Kafka, started by Quorumdeck'}
      {breakable && (
        <>
          {' · '}
          <a href="#break-things">Break things ↓</a>
        </>
      )}
    </Tag>
  )
}

/** Two configurations of one Kafka cluster: what is done under one name is done under all. */
function Twins({ names }: { names: readonly string[] }) {
  return (
    <p>
      <Tag tone="caution" glyph="!">
        same Kafka cluster
      </Tag>{' '}
      It is watched as {names.join(', ')} too. Runs, and the lock on changes, belong to the Kafka cluster, not to a
      name: keep one of them.
    </p>
  )
}

function Waiting() {
  return (
    <Section aria-hidden="true">
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} fontSize="xl" />
      ))}
    </Section>
  )
}

/** Where the picture comes from, for whoever doubts it. */
function Provenance({ view }: { view: QuorumView }) {
  const age = useObservationAge(view.cluster, (ageMs) =>
    ageMs === null ? 'unknown' : String(Math.round(ageMs / 1000)),
  )
  return (
    <p className="qd-small qd-dim">
      Seen through {view.source.via} {view.source.nodeId ?? ''} at{' '}
      <span className="qd-mono">{view.source.address}</span>
      {view.source.tailing ? ', metadata log tailed' : ', polled only'}. Observation {view.seq}, {age} s old. Ages are
      measured on the leader’s clock.
    </p>
  )
}
