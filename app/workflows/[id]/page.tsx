import { RunScreen } from '../../../components/workflows/run/RunScreen.tsx'

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <RunScreen key={id} id={decodeURIComponent(id)} />
}
