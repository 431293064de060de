import { InspectScreen } from '../../../../components/inspection/InspectScreen.tsx'

export default async function InspectPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <InspectScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
