'use client'
/** Notes about one subject, newest first, page by page; and writing one. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { RoomNote } from '../../../../server/contract/room/notes.ts'
import { notesKey } from '../queryKeys.ts'
import { actorNow } from '../useActor.ts'
import { notesApi } from './notesApi.ts'

/** Others write too. */
const EVERY_MS = 5_000

export interface NotesHere {
  /** Newest first; `null` until known. */
  readonly notes: readonly RoomNote[] | null
  readonly error: Error | null
  /** Reads older ones; `null` where there are none. */
  readonly older: (() => void) | null
  readonly add: (text: string, onAdded: () => void) => void
  readonly acknowledge: (id: string) => void
  readonly busy: boolean
  readonly refused: Error | null
}

export function useNotes(subject: string): NotesHere {
  const client = useQueryClient()
  const key = notesKey(subject)
  const asked = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => notesApi.page(subject, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
  })
  const again = () => void client.invalidateQueries({ queryKey: key })
  const adding = useMutation({
    mutationFn: ({ text }: { text: string; onAdded: () => void }) => notesApi.add({ subject, text, as: actorNow() }),
    onSuccess: (_note, { onAdded }) => {
      onAdded()
      again()
    },
  })
  const acknowledging = useMutation({
    mutationFn: (id: string) => notesApi.acknowledge(id, actorNow()),
    onSuccess: again,
  })
  return {
    notes: asked.data?.pages.flatMap(({ notes }) => notes) ?? null,
    error: asked.error,
    older: asked.hasNextPage ? () => void asked.fetchNextPage() : null,
    add: (text, onAdded) => adding.mutate({ text, onAdded }),
    acknowledge: acknowledging.mutate,
    busy: adding.isPending || acknowledging.isPending,
    refused: adding.error ?? acknowledging.error,
  }
}
