'use client'
/**
 * Sends commands to a run. Each attempt of a person has one id: where the answer is lost on its way the same request is
 * sent again, and the server does it once (DESIGN, life of a command).
 */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Refusal } from '../../../server/contract/errors.ts'
import type { AllowedCommand, CommandRequest, Workflow, WorkflowCommand } from '../../../server/contract/workflows.ts'
import { actorNow, randomHex } from './useActor.ts'
import { learnRun } from './useWorkflow.ts'
import { workflowApi } from './workflowApi.ts'

const RESENDS = 3

export interface Said {
  readonly confirmation?: string
  readonly reason?: string
}

export interface Commanding {
  readonly send: (run: Workflow, command: AllowedCommand, said: Said) => void
  /** What is on its way. */
  readonly sending: AllowedCommand['type'] | null
  /** Why the last command was not taken. */
  readonly refused: Error | null
  readonly dismiss: () => void
}

function request(run: Workflow, allowed: AllowedCommand, said: Said): CommandRequest {
  const { type, step, key, nodeId, directoryId } = allowed
  const command: WorkflowCommand = {
    type,
    ...(step === undefined ? {} : { step }),
    ...(key === undefined ? {} : { key }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(directoryId === undefined ? {} : { directoryId }),
    ...said,
  }
  return { commandId: randomHex(32), expectedRevision: run.revision, command, as: actorNow() }
}

export function useCommand(id: string, onTaken: (type: AllowedCommand['type']) => void): Commanding {
  const client = useQueryClient()
  const { mutate, isPending, variables, error, reset } = useMutation({
    mutationFn: (wanted: CommandRequest) => workflowApi.command(id, wanted),
    retry: (count, failure) => !(failure instanceof Refusal && failure.code !== 'no-answer') && count < RESENDS,
    retryDelay: 500,
    onSuccess: (run, { command }) => {
      learnRun(client, run)
      onTaken(command.type)
    },
    onError: (failure) => {
      if (failure instanceof Refusal && failure.workflow !== null) learnRun(client, failure.workflow)
    },
  })
  return {
    send: (run, command, said) => mutate(request(run, command, said)),
    sending: isPending ? variables.command.type : null,
    refused: error,
    dismiss: reset,
  }
}
