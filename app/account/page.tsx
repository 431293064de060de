import { AccountScreen } from '../../components/access/account/AccountScreen.tsx'

export default function AccountPage() {
  return <AccountScreen />
}
