import { ClusterScreen } from '../../../components/quorum/ClusterScreen.tsx'

export default async function ClusterPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <ClusterScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
