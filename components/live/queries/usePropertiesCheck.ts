'use client'
/** Sends a properties file to be compared with what a step needs. It may hold secrets: nothing of it is kept here either. */
import { useMutation } from '@tanstack/react-query'
import type { PropertiesCheck } from '../../../server/contract/nodeConfig.ts'
import { workflowApi } from './workflowApi.ts'

export interface PropertiesChecking {
  readonly check: (text: string) => void
  readonly pending: boolean
  readonly answer: PropertiesCheck | null
  readonly refused: Error | null
}

export function usePropertiesCheck(run: string, nodeId: number): PropertiesChecking {
  const { mutate, isPending, data, error } = useMutation({
    gcTime: 0,
    mutationFn: (text: string) => workflowApi.checkProperties(run, { nodeId, text }),
  })
  return { check: mutate, pending: isPending, answer: error === null ? (data ?? null) : null, refused: error }
}
