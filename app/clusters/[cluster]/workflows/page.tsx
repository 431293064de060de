import { WizardsScreen } from '../../../../components/workflows/WizardsScreen.tsx'

export default async function WizardsPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <WizardsScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
