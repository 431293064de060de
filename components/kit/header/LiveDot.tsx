'use client'
/** Whether the picture is live, in words, with the age of the data. */
import type { LinkState } from '../../../server/contract/clusters.ts'
import { formatAge } from '../../../server/contract/words/durations.ts'
import type { Freshness } from '../../live/freshness.ts'
import { useObservationAge, useSilence } from '../../live/useLiveCluster.ts'
import { Tag } from '../Tag.tsx'

export function LiveDot({
  cluster,
  freshness,
  link,
}: {
  cluster: string
  freshness: Freshness
  link: LinkState | null
}) {
  const age = useObservationAge(cluster, (ageMs) => (ageMs === null ? '' : formatAge(ageMs)))
  const silence = useSilence(cluster, (silentMs) => (silentMs === null ? '' : formatAge(silentMs)))
  const live = freshness === 'live' && link === 'live'
  return (
    <Tag tone={live ? 'ok' : 'caution'} glyph={live ? '●' : '○'}>
      {words(freshness, link)}{' '}
      {freshness === 'server-lost' ? (
        <span className="qd-num qd-live__age">· {silence}</span>
      ) : age === '' ? null : (
        <span className="qd-num qd-live__age">· {age} old</span>
      )}
    </Tag>
  )
}

function words(freshness: Freshness, link: LinkState | null): string {
  switch (freshness) {
    case 'server-lost':
      return 'Server lost'
    case 'rechecking':
      return 'Checking'
    case 'waiting':
      return 'Connecting'
    case 'cluster-silent':
    case 'live':
      break
    default:
      return freshness satisfies never
  }
  switch (link) {
    case 'live':
      return freshness === 'live' ? 'Live' : 'No answer'
    case 'no-leader':
      return 'No leader'
    case 'unreachable':
      return 'Unreachable'
    case 'refused':
      return 'Refused'
    case 'unsupported':
      return 'Not shown'
    case 'connecting':
    case null:
      return 'Connecting'
    default:
      return link satisfies never
  }
}
