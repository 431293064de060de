import { WallsScreen } from '../../components/wall/WallsScreen.tsx'

export default function WallsPage() {
  return <WallsScreen />
}
