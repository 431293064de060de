'use client'
/** Who is looking at this page, and signing in and out. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { WhoAmI } from '../../../server/contract/session.ts'
import { atBase } from '../address/basePath.ts'
import { api } from './api.ts'
import { sessionKey } from './queryKeys.ts'

export function useSession(): WhoAmI | null {
  const query = useQuery({ queryKey: sessionKey, queryFn: api.session, staleTime: 60_000, refetchInterval: 60_000 })
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

/** This browser was a wall: from now on it is whoever it is without the token. */
export async function leaveWall(): Promise<void> {
  await api.signOut()
  location.assign(atBase('/?list'))
}

/** What a wall token gives, without the ways of a form: a wall has nobody who fills one in. @throws Refusal */
export async function exchangeToken(token: string): Promise<WhoAmI> {
  return await api.signIn(token)
}

export async function signOut(): Promise<void> {
  location.assign((await api.signOut()) ?? atBase('/sign-in'))
}
