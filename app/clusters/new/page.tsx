import { AddClusterScreen } from '../../../components/fleet/form/AddClusterScreen.tsx'

export default function AddClusterPage() {
  return <AddClusterScreen />
}
