import { Suspense } from 'react'
import { SignInScreen } from '../../components/quorum/SignInScreen.tsx'

export default function SignInPage() {
  return (
    <Suspense>
      <SignInScreen />
    </Suspense>
  )
}
