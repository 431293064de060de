/** What people write down about something: a run, an alert, a cluster, the shift. Plain text, never markup. */
import * as z from 'zod/mini'

export const RoomNote = z.object({
  /** Grows with time. */
  id: z.string(),
  /** `run:ID`, `alert:ID`, `cluster:NAME`, `shift`, `shift:NAME`. */
  subject: z.string(),
  cluster: z.nullable(z.string()),
  atMs: z.int(),
  by: z.object({ id: z.string(), name: z.string() }),
  text: z.string(),
  /** Of a hand-over note: who came next and has read it. */
  acknowledged: z.nullable(z.object({ by: z.string(), atMs: z.int() })),
})
export type RoomNote = z.infer<typeof RoomNote>
