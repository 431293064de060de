import { RightsScreen } from '../../../../components/fleet/RightsScreen.tsx'

export default async function RightsPage({ params }: { params: Promise<{ cluster: string }> }) {
  const cluster = decodeURIComponent((await params).cluster)
  return <RightsScreen key={cluster} cluster={cluster} />
}
