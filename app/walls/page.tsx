import { WallTokensScreen } from '../../components/wall/tokens/WallTokensScreen.tsx'

export default function WallTokensPage() {
  return <WallTokensScreen />
}
