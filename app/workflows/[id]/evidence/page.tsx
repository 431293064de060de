import { EvidenceScreen } from '../../../../components/workflows/evidence/EvidenceScreen.tsx'

export default async function EvidencePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <EvidenceScreen key={id} id={decodeURIComponent(id)} />
}
