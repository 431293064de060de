/** Which clusters a list shows, and in what order: trouble first, gravest first, then by name. Pure. */
import type { ClusterSummary } from '../../../server/contract/clusters.ts'
import { type SummaryVerdict, summaryVerdict } from '../../verdict/summaryVerdict.ts'

/** From the gravest to none. */
export const TROUBLES = [
  'leaderless',
  'lost',
  'critical',
  'edge',
  'findings',
  'unreachable',
  'silent',
  'settling',
  'none',
] as const
export type Trouble = (typeof TROUBLES)[number]

export const TROUBLE_WORDS: Readonly<Record<Trouble, string>> = {
  leaderless: 'No leader',
  lost: 'Majority lost',
  critical: 'Critical',
  edge: 'Cannot lose one',
  findings: 'Findings',
  unreachable: 'Unreachable',
  silent: 'Silent',
  settling: 'Settling',
  none: 'Healthy',
}

export interface Judged {
  readonly summary: ClusterSummary
  readonly verdict: SummaryVerdict
  readonly trouble: Trouble
}

export interface Group {
  /** `null`: those that are in none. */
  readonly name: string | null
  readonly rows: readonly Judged[]
  /** Of this group, and shown before all groups. */
  readonly above: number
}

export interface Arranged {
  /** Those that need a person, of all groups: nobody has to look for them. */
  readonly needing: readonly Judged[]
  readonly groups: readonly Group[]
}

function troubleOf({ link, margin }: ClusterSummary, { tone }: SummaryVerdict): Trouble {
  switch (link.state) {
    case 'no-leader':
      return 'leaderless'
    case 'unreachable':
    case 'refused':
    case 'unsupported':
      return 'unreachable'
    case 'connecting':
      return 'settling'
    case 'live':
      break
    default:
      return link.state satisfies never
  }
  if (margin !== null && margin < 0) return 'lost'
  if (tone === 'danger') return 'critical'
  if (tone === 'stale') return 'silent'
  if (tone === 'neutral') return 'settling'
  if (margin === 0) return 'edge'
  return tone === 'caution' ? 'findings' : 'none'
}

const GRAVITY = new Map(TROUBLES.map((trouble, at) => [trouble, at]))
const gravity = ({ trouble }: Judged) => GRAVITY.get(trouble) ?? 0
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function judged(summaries: readonly ClusterSummary[]): Judged[] {
  return summaries
    .map((summary) => {
      const verdict = summaryVerdict(summary, 0)
      return { summary, verdict, trouble: troubleOf(summary, verdict) }
    })
    .sort((a, b) => gravity(a) - gravity(b) || byName.compare(a.summary.name, b.summary.name))
}

/** Every word must be somewhere: in its names, its ids, its addresses, or what is said of it. */
export function matches({ summary, verdict }: Judged, text: string): boolean {
  const words = text.trim().toLowerCase().split(/\s+/)
  if (words[0] === '') return true
  const { name, cluster, clusterId, group = '', addresses = [], kafkaRelease } = summary
  const hay = [name, cluster, clusterId ?? '', group, kafkaRelease ?? '', verdict.words, ...addresses]
    .join('\n')
    .toLowerCase()
  return words.every((word) => hay.includes(word))
}

export type Filter = 'all' | 'needing' | Trouble

export function passes({ verdict, trouble }: Judged, filter: Filter): boolean {
  return filter === 'all' || (filter === 'needing' ? verdict.needsPerson : trouble === filter)
}

/** What can be filtered by, each with how many there are; what there is none of is left out. */
export function counts(rows: readonly Judged[]): readonly { filter: Filter; words: string; count: number }[] {
  const needing = rows.filter(({ verdict }) => verdict.needsPerson).length
  return [
    { filter: 'all' as const, words: 'All', count: rows.length },
    { filter: 'needing' as const, words: needing === 1 ? 'Needs you' : 'Need you', count: needing },
    ...TROUBLES.map((trouble) => ({
      filter: trouble,
      words: TROUBLE_WORDS[trouble],
      count: rows.filter((row) => row.trouble === trouble).length,
    })),
  ].filter(({ filter, count }) => filter === 'all' || count > 0)
}

/** Trouble first, whatever its group; then the groups by name, those without one last. Without groups it is one list. */
export function arranged(rows: readonly Judged[]): Arranged {
  if (rows.every(({ summary }) => summary.group === undefined))
    return { needing: [], groups: [{ name: null, rows, above: 0 }] }
  const byGroup = Map.groupBy(rows, ({ summary }) => summary.group ?? null)
  const groups = [...byGroup].map(([name, of]): Group => {
    const calm = of.filter(({ verdict }) => !verdict.needsPerson)
    return { name, rows: calm, above: of.length - calm.length }
  })
  groups.sort((a, b) => {
    if (a.name === null || b.name === null) return a.name === b.name ? 0 : a.name === null ? 1 : -1
    return byName.compare(a.name, b.name)
  })
  return { needing: rows.filter(({ verdict }) => verdict.needsPerson), groups }
}

/** Kafka clusters that are watched under several names, each as the names in one line. */
export function twins(summaries: readonly ClusterSummary[]): string[] {
  const found = new Set<string>()
  for (const { name, sameKafkaCluster = [] } of summaries) {
    if (sameKafkaCluster.length > 0) found.add([name, ...sameKafkaCluster].sort(byName.compare).join(', '))
  }
  return [...found]
}
