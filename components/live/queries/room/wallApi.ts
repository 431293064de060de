/** The part of the HTTP API that is about tokens of walls: loaded with the page that makes them. */
import * as z from 'zod/mini'
import { CreatedWallToken, type CreateWallToken, WallTokenList } from '../../../../server/contract/room/wallTokens.ts'
import { answered, routes } from '../api.ts'

const walls = routes['wall-tokens']

export const wallApi = {
  list: () => answered(WallTokenList, walls.$get()),
  make: (body: CreateWallToken) => answered(CreatedWallToken, walls.$post({ json: body })),
  revoke: async (id: string) => {
    const answer = await walls[':id'].$delete({ param: { id } })
    if (!answer.ok) await answered(z.never(), Promise.resolve(answer))
  },
}
