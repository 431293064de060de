import { SetUpScreen } from '../../components/access/door/SetUpScreen.tsx'

export default function SetUpPage() {
  return <SetUpScreen />
}
