/** The seat of a run's driver over HTTP: who has it, who asks for it, what the driver answers. */
import { Hono } from 'hono'
import { type Seat, SeatRequest } from '../../contract/room/seat.ts'
import type { SeatDesk } from '../../workflows/engine/seats/seatDesk.ts'
import type { RequestEnv } from '../api.ts'
import { jsonBody } from '../requestBody.ts'
import { idOf } from './runId.ts'

export function seatRoutes({ desk }: { desk: SeatDesk }) {
  return new Hono<RequestEnv>()
    .get('/api/workflows/:id/seat', async (c) => c.json<Seat>(await desk.get(idOf(c.req.param('id')))))
    .post('/api/workflows/:id/seat', jsonBody(SeatRequest), async (c) =>
      c.json<Seat>(await desk.ask(idOf(c.req.param('id')), c.req.valid('json'))),
    )
}
