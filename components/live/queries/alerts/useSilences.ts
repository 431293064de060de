'use client'
/** Silences: those that count now or later, a new one, the end of one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NewSilence, Silence } from '../../../../server/contract/alerts/silences.ts'
import { actorNow } from '../useActor.ts'
import { alertApi } from './alertApi.ts'

const KEY = ['silences'] as const

export interface Silences {
  /** `null` until known. */
  readonly silences: readonly Silence[] | null
  readonly error: Error | null
  readonly end: (id: string) => void
  readonly refused: Error | null
}

export function useSilences(): Silences {
  const client = useQueryClient()
  const { data, error } = useQuery({ queryKey: KEY, queryFn: alertApi.silences, refetchInterval: 10_000 })
  const ending = useMutation({
    mutationFn: alertApi.endSilence,
    onSettled: () => client.invalidateQueries(),
  })
  return { silences: data?.silences ?? null, error, end: ending.mutate, refused: ending.error }
}

export interface Silencing {
  readonly silence: (request: Omit<NewSilence, 'as'>) => void
  readonly pending: boolean
  readonly refused: Error | null
}

export function useSilence(onDone: () => void): Silencing {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (request: Omit<NewSilence, 'as'>) => alertApi.silence({ ...request, as: actorNow() }),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(),
  })
  return { silence: mutate, pending: isPending, refused: error }
}
