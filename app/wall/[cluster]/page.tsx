import { WallScreen } from '../../../components/wall/WallScreen.tsx'

export default async function WallPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <WallScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
