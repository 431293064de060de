import { AdministrationScreen } from '../../components/access/administration/AdministrationScreen.tsx'

export default function AdministrationPage() {
  return <AdministrationScreen />
}
