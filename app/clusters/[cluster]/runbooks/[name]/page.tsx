import { ManualRecoveryRunbook } from '../../../../../components/runbook/ManualRecoveryRunbook.tsx'

export default async function ManualRecoveryPage({ params }: { params: Promise<{ cluster: string; name: string }> }) {
  const { cluster, name } = await params
  return <ManualRecoveryRunbook key={name} cluster={decodeURIComponent(cluster)} name={decodeURIComponent(name)} />
}
