import { FormationScreen } from '../../../../components/bootstrap/FormationScreen.tsx'

export default async function FormationPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return <FormationScreen key={cluster} cluster={decodeURIComponent(cluster)} />
}
