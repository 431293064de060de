'use client'
/** Tokens of screens on walls: listed, made, revoked. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CreatedWallToken, CreateWallToken, WallToken } from '../../../../server/contract/room/wallTokens.ts'
import { wallTokensKey } from '../queryKeys.ts'
import { actorNow } from '../useActor.ts'
import { wallApi } from './wallApi.ts'

export interface WallTokensHere {
  /** Newest first; `null` until known. */
  readonly tokens: readonly WallToken[] | null
  readonly error: Error | null
  readonly make: (wanted: Omit<CreateWallToken, 'as'>) => void
  /** The one that was made last, with its secret: told this once, and held by nobody but this page. */
  readonly made: CreatedWallToken | null
  readonly forgetMade: () => void
  readonly revoke: (id: string) => void
  readonly busy: boolean
  readonly refused: Error | null
}

export function useWallTokens(): WallTokensHere {
  const client = useQueryClient()
  const { data, error } = useQuery({ queryKey: wallTokensKey, queryFn: wallApi.list, refetchInterval: 30_000 })
  const again = () => void client.invalidateQueries({ queryKey: wallTokensKey })
  const making = useMutation({
    mutationFn: (wanted: Omit<CreateWallToken, 'as'>) => wallApi.make({ ...wanted, as: actorNow() }),
    gcTime: 0,
    onSuccess: again,
  })
  const revoking = useMutation({ mutationFn: wallApi.revoke, onSuccess: again })
  return {
    tokens: data?.tokens ?? null,
    error,
    make: making.mutate,
    made: making.data ?? null,
    forgetMade: making.reset,
    revoke: revoking.mutate,
    busy: making.isPending || revoking.isPending,
    refused: making.error ?? revoking.error,
  }
}
