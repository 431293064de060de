import { OffPathRunbook } from '../../../../../components/runbook/OffPathRunbook.tsx'

export default async function OffPathPage({ params }: { params: Promise<{ cluster: string; name: string }> }) {
  const { cluster, name } = await params
  return <OffPathRunbook key={name} cluster={decodeURIComponent(cluster)} name={decodeURIComponent(name)} />
}
