/** Who is told of alerts. No secret of a receiver is in here. */
import * as z from 'zod/mini'

export const ReceiverKind = z.enum(['webhook', 'slack', 'alertmanager', 'email'])
export type ReceiverKind = z.infer<typeof ReceiverKind>

/** How one try came out. */
export const DeliveryAttempt = z.object({
  atMs: z.int(),
  ok: z.boolean(),
  /** In words: the status, or what went wrong. */
  detail: z.string(),
})
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>

export const Receiver = z.object({
  name: z.string(),
  kind: ReceiverKind,
  /** Scheme, host and port, or the addresses of an e-mail; paths and credentials may be secrets. */
  target: z.string(),
  /** Messages that it has not acknowledged yet. */
  waiting: z.int(),
  /** Messages given up since the start: it refused them for a day. */
  givenUp: z.int(),
  last: z.nullable(DeliveryAttempt),
})
export type Receiver = z.infer<typeof Receiver>

export const ReceiverList = z.object({ receivers: z.array(Receiver) })
export type ReceiverList = z.infer<typeof ReceiverList>
