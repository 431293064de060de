import { RunRunbook } from '../../../../components/runbook/RunRunbook.tsx'

export default async function RunRunbookPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <RunRunbook key={id} id={decodeURIComponent(id)} />
}
