import { Suspense } from 'react'
import { ClusterListScreen } from '../components/fleet/ClusterListScreen.tsx'

export default function ClustersPage() {
  return (
    <Suspense>
      <ClusterListScreen />
    </Suspense>
  )
}
