import { Suspense } from 'react'
import { PlanRunbookPage } from '../../../../../../components/runbook/PlanRunbookPage.tsx'

export default async function PlanPage({ params }: { params: Promise<{ cluster: string }> }) {
  const { cluster } = await params
  return (
    <Suspense>
      <PlanRunbookPage key={cluster} cluster={decodeURIComponent(cluster)} />
    </Suspense>
  )
}
