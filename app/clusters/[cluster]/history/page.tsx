import { HistoryScreen } from '../../../../components/quorum/past/HistoryScreen.tsx'

export default async function HistoryPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <HistoryScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
