import { Suspense } from 'react'
import { SignInScreen } from '../../components/access/door/SignInScreen.tsx'

export default function SignInPage() {
  return (
    <Suspense>
      <SignInScreen />
    </Suspense>
  )
}
