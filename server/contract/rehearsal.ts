/** A plan rehearsed on a simulated copy of the quorum: once as planned, and once with each fault at each of the worst moments. */
import * as z from 'zod/mini'

export const RehearsalCase = z.object({
  /** When the fault happens, in words; empty for the plan without one. */
  moment: z.string(),
  /** What happens then; empty for the plan without a fault. */
  fault: z.string(),
  /** What the run has come to: its end, a wait, or a gate that holds it back. */
  outcome: z.enum(['done', 'waits', 'refuses']),
  /** What it waits for or who holds it back, in one sentence. */
  now: z.string(),
  /** Gates that do not hold then. */
  gates: z.array(z.object({ code: z.string(), title: z.string() })),
  /**
   * `lives`: the voters have a living majority. `returns`: they have none until the controller that failed starts again.
   * `lost`: not even then.
   */
  majority: z.enum(['lives', 'returns', 'lost']),
  /** Most partitions that nobody led at one time; `null` where the change is about controllers alone. */
  offline: z.nullable(z.int()),
  /** The lowest margin of living voters on the way. */
  lowestMargin: z.int(),
  /** Virtual time from the start of the run to what it has come to. */
  tookMs: z.int(),
})
export type RehearsalCase = z.infer<typeof RehearsalCase>

export const RehearsalReport = z.object({
  title: z.string(),
  /** First as planned; then by moment. */
  cases: z.array(RehearsalCase),
  /** Rules that the run broke on the way, in words: there must be none. */
  broken: z.array(z.string()),
  /** Whether the time ran out before every case was played. */
  cut: z.boolean(),
  /** How the copy differs from the quorum. */
  assumed: z.array(z.string()),
})
export type RehearsalReport = z.infer<typeof RehearsalReport>
