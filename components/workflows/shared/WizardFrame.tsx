'use client'
/** The frame of the pages about the wizards of one cluster: header, and doubt where the picture is not live. */
import { type ReactNode, useEffect } from 'react'
import { Link } from '../../kit/address/Link.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { LiveDot } from '../../kit/header/LiveDot.tsx'
import { UnknownCluster } from '../../kit/header/UnknownCluster.tsx'
import { useClusters } from '../../live/queries/useClusters.ts'
import { useConnection, useFreshness, useLiveCluster } from '../../live/useLiveCluster.ts'
import { useVerdict } from '../../verdict/useVerdict.ts'
import { VerdictCard } from '../../verdict/VerdictCard.tsx'
import { wizardsPath } from '../links/wizards.ts'

const LIST_EVERY_MS = 30_000

interface WizardFrameProps {
  readonly cluster: string
  readonly title: string
  /** The page is made for when nobody leads: what it shows is no older for that. */
  readonly withoutLeader?: boolean
  readonly children: ReactNode
}

export function WizardFrame({ cluster, title, withoutLeader = false, children }: WizardFrameProps) {
  const state = useLiveCluster(cluster)
  const freshness = useFreshness(cluster, state.intervalMs)
  const verdict = useVerdict(cluster, state, freshness)
  const { refusal } = useConnection()
  const { list } = useClusters(LIST_EVERY_MS)
  const summary = list?.clusters.find((one) => one.cluster === cluster) ?? null
  const name = summary?.name ?? cluster
  const link = state.link?.state ?? null
  useEffect(() => {
    document.title = `${title} · ${name} · Quorumdeck`
  }, [title, name])
  if (summary === null && state.view === null && (refusal?.code === 'unknown-cluster' || list !== null)) {
    return <UnknownCluster cluster={cluster} />
  }
  const doubt = freshness !== 'waiting' && link !== null && !(freshness === 'live' && link === 'live')
  return (
    <>
      <AppHeader
        right={
          <>
            <LiveDot cluster={cluster} freshness={freshness} link={link} />
            <Link href={wizardsPath(cluster)} prefetch={false}>
              Wizards
            </Link>
          </>
        }
      >
        <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
          {name}
        </Link>
        <span className="qd-dim">{title}</span>
      </AppHeader>
      <main id="main" className="qd-main" data-stale={(doubt && !(withoutLeader && freshness === 'live')) || undefined}>
        {doubt && <VerdictCard cluster={cluster} verdict={verdict} heading="h2" />}
        <div className="qd-data">{children}</div>
      </main>
    </>
  )
}
