'use client'
/** Asks to drive a run, or answers who asks. What comes of it arrives over the websocket. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { runKey } from '../queryKeys.ts'
import { actorNow } from '../useActor.ts'
import { workflowApi } from '../workflowApi.ts'

export interface Asking {
  readonly raise: () => void
  readonly lower: () => void
  readonly handOver: (to: string) => void
  readonly notNow: (to: string) => void
  readonly busy: boolean
  readonly refused: Error | null
}

type Wanted = { action: 'raise-hand' | 'lower-hand' } | { action: 'hand-over' | 'not-now'; to: string }

export function useSeat(id: string): Asking {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: Wanted) => workflowApi.seat(id, { ...wanted, as: actorNow() }),
    onSuccess: () => client.invalidateQueries({ queryKey: runKey(id) }),
  })
  return {
    raise: () => mutate({ action: 'raise-hand' }),
    lower: () => mutate({ action: 'lower-hand' }),
    handOver: (to) => mutate({ action: 'hand-over', to }),
    notNow: (to) => mutate({ action: 'not-now', to }),
    busy: isPending,
    refused: error,
  }
}
