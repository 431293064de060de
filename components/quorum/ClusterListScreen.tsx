'use client'
/** Every cluster of this server: what each one's verdict is, and which of them need a person. */
import { Button, Card, CardBody, CodeBlock, CodeBlockCode, Flex, List, TextInput, Title } from '@patternfly/react-core'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { Suspense, useEffect, useState } from 'react'
import type { ClusterKind, ClusterSummary } from '../../server/contract/clusters.ts'
import { formatAge } from '../../server/contract/words/durations.ts'
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx'
import { Facts } from '../kit/Facts.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { Notice } from '../kit/Notice.tsx'
import { patientLazy } from '../kit/patientLazy.ts'
import { Tag } from '../kit/Tag.tsx'
import { formatCount, plural } from '../kit/words/format.ts'
import { type Clusters, useClusters, useListStale, useSinceList } from '../live/queries/useClusters.ts'
import { useSession } from '../live/queries/useSession.ts'
import { summaryVerdict } from '../verdict/summaryVerdict.ts'
import { toneGlyph } from '../verdict/toneGlyph.ts'
import { Judgement } from '../verdict/VerdictCard.tsx'
import type { Tone } from '../verdict/verdict.ts'
import './clusterList.css'

const ShiftNote = patientLazy(() => import('../kit/notes/ShiftNote.tsx'))

const EVERY_MS = 2_000
const SEARCH_FROM = 9
const GRAVITY: Record<Tone, number> = { danger: 0, stale: 1, caution: 2, neutral: 3, ok: 4 }
const KIND: Record<ClusterKind, string> = { practice: 'practice, simulated', sandbox: 'sandbox', kafka: 'yours' }

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
        <p>Start Quorumdeck with the address of a controller, and it is here:</p>
        <CodeBlock>
          <CodeBlockCode>npm start -- --bootstrap-controller host:9093</CodeBlockCode>
        </CodeBlock>
        <p>
          <Link href="/bootstrap">Or plan a new quorum</Link>
        </p>
      </Notice>
    )
  }
  return <Fleet summaries={list.clusters} receivedAtMs={clusters.receivedAtMs} stale={stale} />
}

function Fleet({
  summaries,
  receivedAtMs,
  stale,
}: {
  summaries: readonly ClusterSummary[]
  receivedAtMs: number
  stale: boolean
}) {
  const [text, setText] = useState(useSearchParams().get('find') ?? '')
  useEffect(() => {
    const search = new URLSearchParams(location.search)
    if (text === '') search.delete('find')
    else search.set('find', text)
    const address = search.size === 0 ? location.pathname : `${location.pathname}?${search}`
    if (address !== location.pathname + location.search) history.replaceState(history.state, '', address)
  }, [text])
  const session = useSession()
  const since = useSinceList(receivedAtMs, formatAge)
  const judged = summaries
    .map((summary) => ({ summary, found: summaryVerdict(summary, 0) }))
    .sort((a, b) => GRAVITY[a.found.tone] - GRAVITY[b.found.tone] || a.summary.name.localeCompare(b.summary.name))
  const needing = judged.filter(({ found }) => found.needsPerson).length
  const shown = judged.filter(({ summary, found }) =>
    `${summary.name} ${summary.cluster} ${summary.clusterId ?? ''} ${found.words}`
      .toLowerCase()
      .includes(text.trim().toLowerCase()),
  )
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
        <Link href="/bootstrap" prefetch={false}>
          New quorum…
        </Link>
        <Link href="/wall" prefetch={false}>
          Wall
        </Link>
        <Link href="/walls" prefetch={false}>
          Screens on walls…
        </Link>
        {summaries.length >= SEARCH_FROM && (
          <div>
            <TextInput
              type="search"
              placeholder="Find a cluster"
              aria-label="Find a cluster by name, id or verdict"
              value={text}
              onChange={(_event, typed) => setText(typed)}
            />
          </div>
        )}
      </Flex>
      <ErrorBoundary name="Hand-over of the shift">
        <Suspense fallback={null}>
          <ShiftNote subject="shift" mayAct={session?.role === 'operate'} />
        </Suspense>
      </ErrorBoundary>
      <List isPlain className="qd-data">
        {shown.map(({ summary, found }) => (
          <ClusterCard
            key={summary.cluster}
            summary={summary}
            tone={found.tone}
            words={found.words}
            receivedAtMs={receivedAtMs}
          />
        ))}
      </List>
      {shown.length === 0 && <p className="qd-dim">No cluster matches “{text}”.</p>}
    </>
  )
}

function ClusterCard({
  summary,
  tone,
  words,
  receivedAtMs,
}: {
  summary: ClusterSummary
  tone: Tone
  words: string
  receivedAtMs: number
}) {
  const { name, cluster, kind, leaderId, voters, healthyVoters, margin, observers, kafkaRelease, ageMs } = summary
  const age = useSinceList(receivedAtMs, (sinceMs) => (ageMs === null ? '' : `${formatAge(ageMs + sinceMs)} old`))
  return (
    <Card component="li" isCompact>
      <CardBody className="qd-fleet__card">
        <span className="qd-glyph" data-tone={tone} aria-hidden="true">
          {toneGlyph[tone]}
        </span>
        <div>
          <b>
            <Link className="qd-fleet__link" href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
              {name}
            </Link>
          </b>
          <p className="qd-dim">{words}</p>
        </div>
        <div>
          <Tag tone={kind === 'kafka' ? 'plain' : 'info'}>{KIND[kind]}</Tag>
        </div>
        <Facts
          isAutoFit
          className="qd-fleet__facts qd-num"
          facts={[
            ['Margin', formatCount(margin)],
            ['Leader', leaderId ?? '–'],
            ['Voters healthy', voters === null ? '–' : `${healthyVoters ?? '?'} of ${voters}`],
            ['Observers', formatCount(observers)],
            ['Kafka', kafkaRelease ?? '–'],
            ['Seen', age === '' ? 'never' : age],
          ]}
        />
      </CardBody>
    </Card>
  )
}
