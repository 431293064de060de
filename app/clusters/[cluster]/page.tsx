import { ClusterAt } from '../../../components/quorum/ClusterAt.tsx'

interface ClusterPageProps {
  params: Promise<{ cluster: string }>
  /** `at`: a moment of the past, in milliseconds since 1970. */
  searchParams: Promise<{ at?: string | string[] }>
}

export default async function ClusterPage({ params, searchParams }: ClusterPageProps) {
  const cluster = decodeURIComponent((await params).cluster)
  const { at } = await searchParams
  const atMs = typeof at === 'string' && /^\d{1,15}$/.test(at) ? Number(at) : null
  return <ClusterAt key={cluster} cluster={cluster} atMs={atMs} />
}
