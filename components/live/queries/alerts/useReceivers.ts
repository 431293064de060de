'use client'
/** Who is told of alerts, and a test message to one of them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DeliveryAttempt, Receiver } from '../../../../server/contract/alerts/receivers.ts'
import { alertApi } from './alertApi.ts'

const KEY = ['receivers'] as const

export interface Receivers {
  /** `null` until known. */
  readonly receivers: readonly Receiver[] | null
  readonly error: Error | null
}

export function useReceivers(): Receivers {
  const { data, error } = useQuery({ queryKey: KEY, queryFn: alertApi.receivers, refetchInterval: 10_000 })
  return { receivers: data?.receivers ?? null, error }
}

export interface ReceiverTest {
  readonly test: () => void
  readonly pending: boolean
  /** How the last test came out; `null` before one. */
  readonly attempt: DeliveryAttempt | null
  readonly refused: Error | null
}

export function useReceiverTest(name: string): ReceiverTest {
  const client = useQueryClient()
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => alertApi.test(name),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  })
  return { test: () => mutate(), pending: isPending, attempt: data ?? null, refused: error }
}
