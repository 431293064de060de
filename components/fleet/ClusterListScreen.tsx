'use client'
/** Every cluster of this server: what each one's verdict is, and which of them need a person. */
import { Alert, Button, CodeBlock, CodeBlockCode, Flex, Title } from '@patternfly/react-core'
import { useSearchParams } from 'next/navigation'
import { Suspense, useEffect } from 'react'
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import { formatAge } from '../../server/contract/words/durations.ts'
import { Link } from '../kit/address/Link.tsx'
import { useRouter } from '../kit/address/useRouter.ts'
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { Notice } from '../kit/Notice.tsx'
import { patientLazy } from '../kit/patientLazy.ts'
import { plural } from '../kit/words/format.ts'
import { type Clusters, useClusters, useListStale, useSinceList } from '../live/queries/useClusters.ts'
import { useMayAct } from '../live/queries/useRights.ts'
import { summaryVerdict } from '../verdict/summaryVerdict.ts'
import { Judgement } from '../verdict/VerdictCard.tsx'
import { ConfigurationBanner } from './ConfigurationBanner.tsx'
import { Fleet } from './list/Fleet.tsx'
import { twins } from './list/fleetOrder.ts'

const ShiftNote = patientLazy(() => import('../kit/notes/ShiftNote.tsx'))

const EVERY_MS = 2_000

export function ClusterListScreen() {
  const clusters = useClusters(EVERY_MS)
  const router = useRouter()
  const wanted = useSearchParams().has('list')
  const stale = useListStale(clusters, EVERY_MS)
  const only = clusters.list?.clusters.length === 1 && !wanted ? clusters.list.clusters[0] : undefined
  useEffect(() => {
    if (only !== undefined) router.replace(`/clusters/${encodeURIComponent(only.cluster)}`)
  }, [only, router])
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main" data-stale={stale || undefined}>
        <Body clusters={clusters} stale={stale} leaving={only !== undefined} />
      </main>
    </>
  )
}

function Body({ clusters, stale, leaving }: { clusters: Clusters; stale: boolean; leaving: boolean }) {
  const { list, error } = clusters
  if (list === null) {
    if (error === null) return <p className="qd-dim">Reading the clusters of this server…</p>
    return (
      <Notice glyph="?" title="The Quorumdeck server does not answer.">
        <p>{error.message}</p>
        <p>The page keeps trying. Your clusters may be fine: check them with kafka-metadata-quorum.</p>
        <Button variant="secondary" onClick={clusters.again}>
          Try now
        </Button>
      </Notice>
    )
  }
  if (leaving) return <p className="qd-dim">Opening the cluster…</p>
  if (list.clusters.length === 0) {
    return (
      <Notice glyph="0" title="No cluster is configured.">
        <ConfigurationBanner />
        <p>
          <Link href="/clusters/new">Add a cluster</Link>, or start Quorumdeck with the address of a controller:
        </p>
        <CodeBlock>
          <CodeBlockCode>npm start -- --bootstrap-controller host:9093</CodeBlockCode>
        </CodeBlock>
        <p>
          <Link href="/bootstrap">Or plan a new quorum</Link>
        </p>
      </Notice>
    )
  }
  return <All summaries={list.clusters} receivedAtMs={clusters.receivedAtMs} stale={stale} />
}

function All({
  summaries,
  receivedAtMs,
  stale,
}: {
  summaries: readonly ClusterSummary[]
  receivedAtMs: number
  stale: boolean
}) {
  const since = useSinceList(receivedAtMs, formatAge)
  const needing = summaries.filter((summary) => summaryVerdict(summary, 0).needsPerson).length
  const mayAct = useMayAct(null) === true
  return (
    <>
      {stale && (
        <Judgement tone="stale" heading="h2" role="alert" headline="This page has lost the Quorumdeck server.">
          What you see is at least <span className="qd-num">{since}</span> old. The page keeps trying to come back.
        </Judgement>
      )}
      <Flex>
        <Title headingLevel="h1" size="xl" aria-live="polite">
          {needing === 0
            ? `${plural(summaries.length, 'cluster')}, nothing needs a person`
            : `${needing} of ${plural(summaries.length, 'cluster')} ${needing === 1 ? 'needs' : 'need'} a person`}
        </Title>
        {mayAct && (
          <Link href="/clusters/new" prefetch={false}>
            Add a cluster…
          </Link>
        )}
        <Link href="/bootstrap" prefetch={false}>
          New quorum…
        </Link>
        <Link href="/wall" prefetch={false}>
          Wall
        </Link>
        <Link href="/walls" prefetch={false}>
          Screens on walls…
        </Link>
      </Flex>
      <ConfigurationBanner />
      <Twins of={twins(summaries)} />
      <ErrorBoundary name="Hand-over of the shift">
        <Suspense fallback={null}>
          <ShiftNote subject="shift" mayAct={mayAct} />
        </Suspense>
      </ErrorBoundary>
      <Fleet summaries={summaries} receivedAtMs={receivedAtMs} stale={stale} />
    </>
  )
}

const MOST_TWINS = 5

/** Two configurations of one Kafka cluster. */
function Twins({ of }: { of: readonly string[] }) {
  if (of.length === 0) return null
  const shown = of.slice(0, MOST_TWINS).join('; ')
  return (
    <Alert
      isInline
      component="h2"
      variant="warning"
      title={
        of.length === 1
          ? 'One Kafka cluster has several names here.'
          : `${of.length} Kafka clusters have several names here.`
      }
    >
      {shown}
      {of.length > MOST_TWINS && ` and ${of.length - MOST_TWINS} more`}. Runs, and the lock on changes, belong to the
      Kafka cluster, not to a name: keep one of them.
    </Alert>
  )
}
