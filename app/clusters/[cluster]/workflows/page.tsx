import { WizardsScreen } from '../../../../components/workflows/start/WizardsScreen.tsx'

export default async function WizardsPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <WizardsScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
