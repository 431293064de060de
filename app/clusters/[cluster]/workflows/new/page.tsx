import { Suspense } from 'react'
import { StartScreen } from '../../../../../components/workflows/start/StartScreen.tsx'

export default async function StartPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return (
    <Suspense>
      <StartScreen key={cluster} cluster={decodeURIComponent(cluster)} />
    </Suspense>
  )
}
