import { EditClusterScreen } from '../../../../components/fleet/form/EditClusterScreen.tsx'

export default async function EditClusterPage({ params }: { params: Promise<{ cluster: string }> }) {
  const cluster = decodeURIComponent((await params).cluster)
  return <EditClusterScreen key={cluster} cluster={cluster} />
}
