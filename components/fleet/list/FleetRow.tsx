'use client'
/** One cluster in one line. Rendered again only when something in it is another: five hundred of them are on a page. */
import { memo } from 'react'
import type { ClusterKind, ClusterSummary } from '../../../server/contract/clusters.ts'
import { formatAge } from '../../../server/contract/words/durations.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { formatCount } from '../../kit/words/format.ts'
import { useSinceList } from '../../live/queries/useClusters.ts'
import { QUIET_MS } from '../../verdict/summaryVerdict.ts'
import { toneGlyph } from '../../verdict/toneGlyph.ts'
import type { Tone } from '../../verdict/verdict.ts'
import type { Judged } from './fleetOrder.ts'

const KIND: Record<ClusterKind, string | null> = { practice: 'practice, simulated', sandbox: 'sandbox', kafka: null }
/** What the columns are called, beside the name of the cluster. */
export const COLUMNS = ['Margin', 'Leader', 'Healthy', 'Observers', 'Kafka', 'Seen'] as const

export interface RowProps {
  readonly name: string
  readonly cluster: string
  readonly tone: Tone
  readonly words: string
  /** Where it does not stand in its group. */
  readonly group: string | null
  readonly tag: string | null
  readonly twins: string
  /** Of several servers the one that observes it; empty where there is one server. */
  readonly observer: string
  readonly margin: string
  readonly leader: string
  readonly healthy: string
  readonly observers: string
  readonly kafka: string
  /** When the newest answer was observed, on the page's clock, where it is no longer new; `null`: it is, or there is none. */
  readonly quietSinceMs: number | null
  readonly seen: 'now' | 'never' | 'quiet' | 'unknown'
  readonly isEditable: boolean
}

export interface RowPlace {
  readonly receivedAtMs: number
  /** The list itself is old: nothing in it is called new. */
  readonly isStale: boolean
  /** It stands outside of its group, which is named then. */
  readonly isApart: boolean
}

export function rowOf({ summary, verdict }: Judged, { receivedAtMs, isStale, isApart }: RowPlace): RowProps {
  const { name, cluster, kind, leaderId, voters, healthyVoters, margin, observers, kafkaRelease, ageMs } = summary
  const isQuiet = ageMs !== null && ageMs > QUIET_MS
  return {
    name,
    cluster,
    tone: verdict.tone,
    words: verdict.words,
    group: isApart ? (summary.group ?? null) : null,
    tag: KIND[kind],
    twins: twinsOf(summary),
    observer: observerOf(summary),
    margin: formatCount(margin),
    leader: leaderId === null ? '–' : String(leaderId),
    healthy: voters === null ? '–' : `${healthyVoters ?? '?'}/${voters}`,
    observers: formatCount(observers),
    kafka: kafkaRelease ?? '–',
    // To the second, so that a row does not change with each answer.
    quietSinceMs: isQuiet ? Math.round((receivedAtMs - ageMs) / 1000) * 1000 : null,
    seen: ageMs === null ? 'never' : isQuiet ? 'quiet' : isStale ? 'unknown' : 'now',
    isEditable: summary.origin === 'added',
  }
}

function twinsOf({ sameKafkaCluster = [] }: ClusterSummary): string {
  return sameKafkaCluster.join(', ')
}

function observerOf({ observedBy }: ClusterSummary): string {
  if (observedBy === undefined) return ''
  return observedBy === null ? 'observed by no server now' : `observed by ${observedBy}`
}

export const FleetRow = memo(function FleetRow(row: RowProps) {
  const { name, cluster, tone, words, group, tag, twins, observer } = row
  const path = encodeURIComponent(cluster)
  return (
    <li className="qd-fleet__row">
      <span className="qd-glyph qd-fleet__sign" data-tone={tone} aria-hidden="true">
        {toneGlyph[tone]}
      </span>
      <div className="qd-fleet__name">
        <Link className="qd-fleet__link" href={`/clusters/${path}`} prefetch={false} data-fleet-row="">
          {name}
        </Link>{' '}
        <span className="qd-fleet__words qd-dim qd-small">
          {words}
          {group !== null && ` · ${group}`}
          {observer !== '' && ` · ${observer}`}
        </span>
        {tag !== null && (
          <>
            {' '}
            <Tag tone="info">{tag}</Tag>
          </>
        )}
        {twins !== '' && (
          <>
            {' '}
            <Tag tone="caution">same Kafka cluster as {twins}</Tag>
          </>
        )}
      </div>
      <Figure of="Margin" is={row.margin} />
      <Figure of="Leader" is={row.leader} />
      <Figure of="Healthy" is={row.healthy} />
      <Figure of="Observers" is={row.observers} />
      <Figure of="Kafka" is={row.kafka} />
      <span className="qd-fleet__figure qd-num">
        <span className="qd-fleet__of qd-dim">Seen </span>
        {row.seen === 'quiet' && row.quietSinceMs !== null ? <Quiet sinceMs={row.quietSinceMs} /> : SEEN[row.seen]}
      </span>
      <span className="qd-fleet__more qd-small">
        <Link href={`/clusters/${path}/history`} prefetch={false} aria-label={`History of ${name}`}>
          History
        </Link>
        <Link href={`/wall/${path}`} prefetch={false} aria-label={`Wall of ${name}`}>
          Wall
        </Link>
        <Link
          href={`/clusters/${path}/edit`}
          prefetch={false}
          aria-label={`${row.isEditable ? 'Edit' : 'Connection of'} ${name}`}
        >
          {row.isEditable ? 'Edit' : 'Connection'}
        </Link>
      </span>
    </li>
  )
})

const SEEN: Record<RowProps['seen'], string> = { now: 'now', never: 'never', quiet: '', unknown: '?' }

function Figure({ of, is }: { of: (typeof COLUMNS)[number]; is: string }) {
  return (
    <span className="qd-fleet__figure qd-num">
      <span className="qd-fleet__of qd-dim">{of} </span>
      {is}
    </span>
  )
}

function Quiet({ sinceMs }: { sinceMs: number }) {
  return useSinceList(sinceMs, (ageMs) => `${formatAge(ageMs)} ago`)
}
