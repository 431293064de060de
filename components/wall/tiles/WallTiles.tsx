'use client'
/** All clusters of this wall as tiles. They come over HTTP again and again; the page is never loaded anew for it. */
import { type CSSProperties, useEffect, useSyncExternalStore } from 'react'
import type { ClusterSummary } from '../../../server/contract/clusters.ts'
import { formatAge } from '../../../server/contract/words/durations.ts'
import { formatUtc, plural } from '../../kit/words/format.ts'
import { type Clusters, useClusters, useListStale, useSinceList } from '../../live/queries/useClusters.ts'
import { ticker } from '../../live/ticker.ts'
import { type SummaryVerdict, summaryVerdict } from '../../verdict/summaryVerdict.ts'
import { toneGlyph } from '../../verdict/toneGlyph.ts'
import type { Tone } from '../../verdict/verdict.ts'
import { WallFrame } from '../screen/WallFrame.tsx'
import { pageAt, pinnedOf, tileGrid, tilePages } from './tileGrid.ts'
import './wallTiles.css'

const EVERY_MS = 2_000
const GRAVITY: Record<Tone, number> = { danger: 0, stale: 1, caution: 2, neutral: 3, ok: 4 }
/** Of the screen, what the tiles have: the rest is its margin, its head and its foot. */
const PLACE = { wide: 0.92, high: 0.72 }

interface Judged {
  readonly summary: ClusterSummary
  readonly found: SummaryVerdict
}

export function WallTiles() {
  const clusters = useClusters(EVERY_MS)
  const stale = useListStale(clusters, EVERY_MS)
  const since = useSinceList(clusters.receivedAtMs, formatAge)
  // Judged anew with the ticks: a cluster that falls silent turns without a message.
  const quietMs = useSinceSeconds(clusters)
  const judged = (clusters.list?.clusters ?? [])
    .map((summary): Judged => ({ summary, found: summaryVerdict(summary, quietMs) }))
    .sort((a, b) => GRAVITY[a.found.tone] - GRAVITY[b.found.tone] || a.summary.name.localeCompare(b.summary.name))
  const sick = judged.filter(({ found }) => found.needsPerson)
  const words = headline(clusters, judged.length, sick.length, stale)
  const tone = stale || clusters.list === null ? 'stale' : (judged[0]?.found.tone ?? 'ok')
  useEffect(() => {
    document.title = `${words} · Wall`
  }, [words])
  return (
    <WallFrame tone={tone} away="/?list" className="qd-tiles">
      <div className="qd-tiles__top">
        <h1 aria-live="polite">
          <span aria-hidden="true">{toneGlyph[tone]}</span> {words}
        </h1>
        <span className="qd-num">
          {clusters.list === null ? 'No data yet' : stale ? `No answers for ${since}` : `Live · ${since}`} · <Clock />
        </span>
      </div>
      <Tiles sick={sick} well={judged.filter(({ found }) => !found.needsPerson)} receivedAtMs={clusters.receivedAtMs} />
    </WallFrame>
  )
}

function headline({ list, error }: Clusters, count: number, sick: number, stale: boolean): string {
  if (list === null) return error === null ? 'Reading the clusters' : 'The server does not answer'
  if (stale) return 'This wall has lost the server'
  if (count === 0) return 'No cluster to show'
  if (sick === 0) return count === 1 ? '1 cluster, well' : `${count} clusters, all well`
  return `${sick} of ${plural(count, 'cluster')} ${sick === 1 ? 'needs' : 'need'} a person`
}

/** Whole seconds since the list came, so that it renders once in a second. */
function useSinceSeconds({ receivedAtMs, list }: Clusters): number {
  return useSyncExternalStore(
    ticker.subscribe,
    () => (list === null ? 0 : Math.floor(Math.max(0, ticker.nowMs() - receivedAtMs) / 1_000) * 1_000),
    () => 0,
  )
}

function subscribeSize(changed: () => void): () => void {
  window.addEventListener('resize', changed)
  return () => window.removeEventListener('resize', changed)
}

function Tiles({
  sick,
  well,
  receivedAtMs,
}: {
  sick: readonly Judged[]
  well: readonly Judged[]
  receivedAtMs: number
}) {
  const size = useSyncExternalStore(
    subscribeSize,
    () => `${window.innerWidth} ${window.innerHeight}`,
    () => '',
  )
  const [width = 0, height = 0] = size.split(' ').map(Number)
  const count = sick.length + well.length
  const { columns, rows, perPage, unitPx } = tileGrid(count, width * PLACE.wide, height * PLACE.high, height)
  const pages = tilePages(sick, well, perPage)
  const page = useSyncExternalStore(
    ticker.subscribe,
    () => pageAt(pages.length, Date.now()),
    () => 0,
  )
  if (size === '' || count === 0) return <div />
  return (
    <>
      <ul
        key={page}
        className="qd-tiles__grid"
        style={{ '--columns': columns, '--rows': rows, '--t': `${unitPx}px` } as CSSProperties}
      >
        {(pages[page] ?? []).map((one) => (
          <Tile key={one.summary.cluster} {...one} receivedAtMs={receivedAtMs} />
        ))}
      </ul>
      <p className="qd-tiles__foot">
        {pages.length > 1 ? `Page ${page + 1} of ${pages.length}${pinnedWords(sick.length, perPage)}` : ''}
      </p>
    </>
  )
}

function Tile({ summary, found, receivedAtMs }: Judged & { receivedAtMs: number }) {
  const { name, ageMs, leaderId, voters, healthyVoters, margin } = summary
  const age = useSinceList(receivedAtMs, (sinceMs) =>
    ageMs === null ? 'never seen' : `${formatAge(ageMs + sinceMs)} old`,
  )
  return (
    <li className="qd-tile" data-tone={found.tone}>
      <em aria-hidden="true">{toneGlyph[found.tone]}</em>
      <b>{name}</b>
      <span className="qd-tile__words">{found.words}</span>
      <span className="qd-tile__facts qd-num">
        {[...marginWords(found.words, margin), ...votersWords(voters, healthyVoters)].join(' · ')}
      </span>
      <span className="qd-tile__facts qd-num">
        {leaderId === null ? 'No leader' : `Leader ${leaderId}`} · {age}
      </span>
    </li>
  )
}

/** What stands on every page. */
function pinnedWords(sick: number, perPage: number): string {
  if (sick === 0) return ''
  return sick <= pinnedOf(perPage) ? ', the sick ones on each' : ', the gravest on each'
}

function votersWords(voters: number | null, healthy: number | null): string[] {
  return voters === null ? [] : [`${healthy ?? '?'} of ${voters} healthy`]
}

/** Where the verdict does not say it. */
function marginWords(verdict: string, margin: number | null): string[] {
  if (/lose|lost/i.test(verdict)) return []
  return [margin === null ? 'Margin not known' : margin < 0 ? 'Majority lost' : `Can lose ${margin} more`]
}

function Clock() {
  return useSyncExternalStore(
    ticker.subscribe,
    () => formatUtc(Date.now()),
    () => '',
  )
}
