import { Suspense } from 'react'
import { ClusterListScreen } from '../components/quorum/ClusterListScreen.tsx'

export default function ClustersPage() {
  return (
    <Suspense>
      <ClusterListScreen />
    </Suspense>
  )
}
