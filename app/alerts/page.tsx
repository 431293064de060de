import { AlertsScreen } from '../../components/alerts/AlertsScreen.tsx'

export default function AlertsPage() {
  return <AlertsScreen />
}
