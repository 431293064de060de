'use client'
/** Who is looking at this page, and signing in and out. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Session } from '../../../server/contract/session.ts'
import { api } from './api.ts'
import { sessionKey } from './queryKeys.ts'

export function useSession(): Session | null {
  const query = useQuery({ queryKey: sessionKey, queryFn: api.session, staleTime: 60_000 })
  return query.data ?? null
}

export interface SigningIn {
  readonly send: (token: string) => void
  readonly pending: boolean
  readonly refused: Error | null
}

export function useSignIn(afterwards: () => void): SigningIn {
  const { mutate, isPending, error } = useMutation({ mutationFn: api.signIn, onSuccess: afterwards })
  return { send: mutate, pending: isPending, refused: error }
}

export async function signOut(): Promise<void> {
  await api.signOut()
  location.assign('/sign-in')
}
