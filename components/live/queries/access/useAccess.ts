'use client'
/** People, sessions and tokens: listed, made, changed, taken back. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  AddUser,
  ApiToken,
  ChangePassword,
  CreateApiToken,
  CreatedApiToken,
  EditUser,
  PersonView,
  SessionView,
  SignInWays,
} from '../../../../server/contract/access/people.ts'
import { accessApi } from './accessApi.ts'

const EVERY_MS = 30_000
const waysKey = ['ways'] as const
const sessionsKey = ['sessions'] as const
const tokensKey = ['api-tokens'] as const
const peopleKey = ['people'] as const

/** What one may do with a list, and what became of it last. */
interface Changing {
  readonly busy: boolean
  readonly refused: Error | null
}

export function useSignInWays(): { readonly ways: SignInWays | null; readonly error: Error | null } {
  // Asked once: the server tells the problem of the attempt before one time only.
  const { data, error } = useQuery({ queryKey: waysKey, queryFn: accessApi.ways, staleTime: Infinity })
  return { ways: data ?? null, error }
}

export function usePasswordSignIn(afterwards: () => void) {
  const { mutate, isPending, error } = useMutation({ mutationFn: accessApi.signIn, onSuccess: afterwards })
  return { send: mutate, busy: isPending, refused: error }
}

export function useSetUp(afterwards: () => void) {
  const { mutate, isPending, error } = useMutation({ mutationFn: accessApi.setUp, onSuccess: afterwards })
  return { send: mutate, busy: isPending, refused: error }
}

export function useChangePassword() {
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: (change: ChangePassword) => accessApi.changePassword(change),
    gcTime: 0,
  })
  return { send: mutate, busy: isPending, done: isSuccess, refused: error }
}

export interface SessionsHere extends Changing {
  readonly sessions: readonly SessionView[] | null
  readonly end: (id: string) => void
}

export function useSessions(): SessionsHere {
  const client = useQueryClient()
  const { data, error } = useQuery({ queryKey: sessionsKey, queryFn: accessApi.sessions, refetchInterval: EVERY_MS })
  const ending = useMutation({
    mutationFn: accessApi.endSession,
    onSuccess: () => void client.invalidateQueries({ queryKey: sessionsKey }),
  })
  const refused = ending.error ?? (data === undefined ? error : null)
  return { sessions: data?.sessions ?? null, end: ending.mutate, busy: ending.isPending, refused }
}

export interface TokensHere extends Changing {
  readonly tokens: readonly ApiToken[] | null
  readonly make: (wanted: CreateApiToken) => void
  /** The one that was made last, with its secret: told this once, and held by nobody but this page. */
  readonly made: CreatedApiToken | null
  readonly forgetMade: () => void
  readonly revoke: (id: string) => void
}

export function useApiTokens(): TokensHere {
  const client = useQueryClient()
  const { data, error } = useQuery({ queryKey: tokensKey, queryFn: accessApi.tokens, refetchInterval: EVERY_MS })
  const again = () => void client.invalidateQueries({ queryKey: tokensKey })
  const making = useMutation({ mutationFn: accessApi.makeToken, gcTime: 0, onSuccess: again })
  const revoking = useMutation({ mutationFn: accessApi.revokeToken, onSuccess: again })
  return {
    tokens: data?.tokens ?? null,
    make: making.mutate,
    made: making.data ?? null,
    forgetMade: making.reset,
    revoke: revoking.mutate,
    busy: making.isPending || revoking.isPending,
    refused: making.error ?? revoking.error ?? (data === undefined ? error : null),
  }
}

export interface PeopleHere extends Changing {
  readonly people: readonly PersonView[] | null
  readonly add: (wanted: AddUser, afterwards: () => void) => void
  readonly edit: (id: string, change: EditUser, afterwards: () => void) => void
}

export function usePeople(): PeopleHere {
  const client = useQueryClient()
  const { data, error } = useQuery({ queryKey: peopleKey, queryFn: accessApi.people, refetchInterval: EVERY_MS })
  const again = () => {
    void client.invalidateQueries({ queryKey: peopleKey })
    void client.invalidateQueries({ queryKey: sessionsKey })
  }
  const adding = useMutation({ mutationFn: accessApi.addUser, gcTime: 0, onSuccess: again })
  const editing = useMutation({
    mutationFn: ({ id, change }: { id: string; change: EditUser }) => accessApi.editUser(id, change),
    gcTime: 0,
    onSuccess: again,
  })
  return {
    people: data?.people ?? null,
    add: (wanted, afterwards) => adding.mutate(wanted, { onSuccess: afterwards }),
    edit: (id, change, afterwards) => editing.mutate({ id, change }, { onSuccess: afterwards }),
    busy: adding.isPending || editing.isPending,
    refused: adding.error ?? editing.error ?? (data === undefined ? error : null),
  }
}
