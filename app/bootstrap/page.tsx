import { BootstrapScreen } from '../../components/bootstrap/BootstrapScreen.tsx'

export default function BootstrapPage() {
  return <BootstrapScreen />
}
