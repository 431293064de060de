/** The seat of a run's driver: who has it, who asks for it, and when it may be taken. */
import * as z from 'zod/mini'
import { Actor } from '../workflows.ts'

const ms = z.int().check(z.nonnegative())

export const Hand = z.object({
  by: Actor,
  /** How long ago it was raised. */
  raisedMs: ms,
  /** The driver has answered: not now. */
  notNow: z.boolean(),
  /** Whoever raised it may take over, with a reason. */
  mayTakeOver: z.boolean(),
  /** After this time without another answer they may; 0 where they may. */
  freeInMs: ms,
})
export type Hand = z.infer<typeof Hand>

export const Seat = z.object({
  run: z.string(),
  driver: Actor,
  /** A page of the driver is connected, or it has sent something within the time that an answer may take. */
  present: z.boolean(),
  /** Raised hands, the first first. */
  hands: z.array(Hand),
  /** How long a driver has to answer, and how long one must be away to be called absent. */
  patienceMs: ms,
})
export type Seat = z.infer<typeof Seat>

/** Body of `POST /api/workflows/{id}/seat`. */
export const SeatRequest = z.discriminatedUnion('action', [
  /** Ask to drive. Twice is once. */
  z.strictObject({ action: z.literal('raise-hand'), as: Actor }),
  z.strictObject({ action: z.literal('lower-hand'), as: Actor }),
  /** Of the driver: whoever asked drives from now on. */
  z.strictObject({ action: z.literal('hand-over'), to: Actor.shape.id, as: Actor }),
  /** Of the driver: once for each hand, it gives the same time again. */
  z.strictObject({ action: z.literal('not-now'), to: Actor.shape.id, as: Actor }),
])
export type SeatRequest = z.infer<typeof SeatRequest>
