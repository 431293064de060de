'use client'
/** The record of who did what, page by page, and what its chain is worth. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AuditEntry, AuditState } from '../../../../server/contract/access/audit.ts'
import { accessApi, type RecordFilter } from './accessApi.ts'

const STATE_EVERY_MS = 10_000
const stateKey = ['record-state'] as const

export interface RecordHere {
  /** Newest first; `null` until known. */
  readonly entries: readonly AuditEntry[] | null
  readonly error: Error | null
  /** `null`: there are no older ones. */
  readonly more: (() => void) | null
  readonly reading: boolean
  readonly again: () => void
}

export function useRecord(filter: RecordFilter): RecordHere {
  const query = useInfiniteQuery({
    queryKey: ['record', filter],
    queryFn: ({ pageParam }) => accessApi.record(filter, pageParam),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    retry: false,
  })
  return {
    entries: query.data?.pages.flatMap(({ entries }) => entries) ?? null,
    error: query.error,
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    reading: query.isFetching,
    again: () => void query.refetch(),
  }
}

export function useRecordState(): {
  readonly state: AuditState | null
  readonly verify: () => void
  readonly verifying: boolean
} {
  const client = useQueryClient()
  const { data } = useQuery({ queryKey: stateKey, queryFn: accessApi.recordState, refetchInterval: STATE_EVERY_MS })
  const verifying = useMutation({
    mutationFn: accessApi.verify,
    onSettled: () => void client.invalidateQueries({ queryKey: stateKey }),
  })
  return { state: data ?? null, verify: verifying.mutate, verifying: verifying.isPending }
}
