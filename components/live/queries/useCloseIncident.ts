'use client'
/** Closes an incident with the words of a person. The view without it comes over the websocket, as every view does. */
import { useMutation } from '@tanstack/react-query'
import { Refusal } from '../../../server/contract/errors.ts'
import { api } from './api.ts'
import { actorNow } from './useActor.ts'

export interface ClosingIncident {
  readonly close: (reason: string) => void
  readonly closing: boolean
  /** Why it was not taken, in words; `null` where nothing was refused. */
  readonly refused: string | null
}

export function useCloseIncident(cluster: string, id: string): ClosingIncident {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (reason: string) => api.closeIncident(cluster, id, { as: actorNow(), reason }),
  })
  const refused = error === null ? null : error instanceof Refusal ? `${error.message} ${error.remedy}` : error.message
  return { close: mutate, closing: isPending, refused }
}
