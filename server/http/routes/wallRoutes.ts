/** Tokens for walls over HTTP: whoever operates makes and revokes them. */
import { Hono } from 'hono'
import { type CreatedWallToken, CreateWallToken, type WallTokenList } from '../../contract/room/wallTokens.ts'
import type { RequestEnv } from '../api.ts'
import { jsonBody } from '../requestBody.ts'
import type { WallTokens } from '../wall/wallTokens.ts'

export interface WallRoutesOptions {
  walls: WallTokens
  /** The name of a cluster that is watched here. @throws Refusal for any other */
  known: (cluster: string) => string
}

export function wallRoutes({ walls, known }: WallRoutesOptions) {
  return new Hono<RequestEnv>()
    .get('/api/wall-tokens', (c) => c.json<WallTokenList>({ tokens: walls.list() }))
    .post('/api/wall-tokens', jsonBody(CreateWallToken), async (c) => {
      const given = c.req.valid('json')
      for (const cluster of given.clusters ?? []) known(cluster)
      return c.json<CreatedWallToken>(await walls.create(given), 201)
    })
    .delete('/api/wall-tokens/:id', async (c) => {
      await walls.revoke(c.req.param('id'))
      return c.body(null, 204)
    })
}
